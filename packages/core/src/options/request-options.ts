import type { Confirm } from '../effect/confirmation.ts';

/** Options of one request, which override the policy. */
export interface RequestRetryOptions {
  /** Whether a duplicate is harmless. Overrides the rules and the method, whether `true` or `false`. */
  readonly idempotent?: boolean;
  /** The key of this operation, such as an order number. Use a different key for every operation. */
  readonly idempotencyKey?: string;
  /** Instead of the option of the same name. */
  readonly maxAttempts?: number;
  /** Instead of the option of the same name, in milliseconds from the start of the operation. */
  readonly deadlineMs?: number;
  /** Instead of the option of the same name, in milliseconds. */
  readonly attemptTimeoutMs?: number;
  /** Instead of the option of the same name, in milliseconds. */
  readonly maxPushbackMs?: number;
  /** Instead of the option of the same name, in milliseconds from the start of the operation. */
  readonly retryWindowMs?: number;
  /** Instead of the option of the same name. */
  readonly confirm?: Confirm;
  /**
   * Earlier runs of the same request, with the same key, that a crashed process may have sent. The operation then
   * starts in doubt. A 4xx on its first attempt leaves the effect open, and the key's window counts from `firstSentAt`.
   */
  readonly earlier?: EarlierRuns;
}

/** Earlier runs of a request, from before this process. */
interface EarlierRuns {
  /** When the request was first sent, in milliseconds since 1970. */
  readonly firstSentAt: number;
  /** How many attempts earlier runs began, as far as is known. */
  readonly attempts: number;
}
