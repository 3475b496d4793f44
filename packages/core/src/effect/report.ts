import type { Decision } from '../decision/decision.ts';
import type { AttemptRecord, ErrorRecord } from './attempt.ts';
import type { Effect, EffectReason } from './effect.ts';

/** The result of an operation, as plain data for `JSON.stringify(report)`. */
export interface Report {
  /** Identifies the operation in this process. Its events have the same id. */
  readonly operationId: string;
  readonly method: string;
  /** Without userinfo and fragment, and with `REDACTED` in place of query values unless `showQuery` is set. */
  readonly url: string;
  /** Every attempt, the first included, in order. */
  readonly attempts: readonly AttemptRecord[];
  /** The last decision, which gives the reason why the operation ended. */
  readonly decision: Decision;
  /** Whether the request took effect, as far as it can be known. */
  readonly effect: Effect;
  readonly effectReason: EffectReason;
  /** The key that every attempt carried, if there was one. */
  readonly idempotencyKey: string | undefined;
  /** Milliseconds from the start of the operation to its end, waits included. */
  readonly elapsedMs: number;
  /**
   * The error of a function in the options that failed, such as `backoff` or a rule. The operation ended because of it.
   */
  readonly callbackError?: ErrorRecord;
}
