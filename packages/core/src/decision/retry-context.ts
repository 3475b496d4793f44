import type { IdempotencyKey } from '../keys/scheme.ts';
import type { Outcome } from './outcome.ts';
import type { RequestTraits } from './traits.ts';

/** All that a decision depends on, beside the settings: the request, what its last attempt came to, and where we stand. */
export interface RetryContext {
  readonly traits: RequestTraits;
  readonly outcome: Outcome;
  /** Attempts made so far, this one included. */
  readonly attempt: number;
  /** Milliseconds since the operation began. */
  readonly elapsedMs: number;
  /** The wall clock, in milliseconds since 1970: a Retry-After may name a date. */
  readonly epochMs: number;
  /** A random number in [0, 1), for jitter. */
  readonly random: number;
  /** The wait before this attempt in milliseconds, 0 for the first. */
  readonly previousWaitMs: number;
  /** Whether the caller gave up. */
  readonly aborted: boolean;
  /** Whether the caller takes this outcome as it is, whatever we think of it: ky with `throwHttpErrors: false`. */
  readonly accepted: boolean;
  /** Whether the body was handed out and cannot be made again. */
  readonly bodyUsed: boolean;
  /** Whether an attempt before this one may have been processed: its delivery was `unknown` or `answered`. */
  readonly doubtful: boolean;
  /** Whether an earlier attempt of this operation was answered 421 (Misdirected Request). */
  readonly misdirected: boolean;
  /** How long the origin wants nothing sent, whoever it told so, in milliseconds. */
  readonly gateMs: number;
  /** Whether the origin's budget canWithdraw a retry. */
  readonly budgetAllows: boolean;
  /** The caller's word, if there is one. */
  readonly idempotent: boolean | undefined;
  /** The key that the request carries, if a server is known to honour it. */
  readonly key: IdempotencyKey | undefined;
}
