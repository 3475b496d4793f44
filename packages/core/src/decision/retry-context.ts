import type { IdempotencyKey } from '../keys/scheme.ts';
import type { Outcome } from './outcome.ts';
import type { RequestRule } from './semantics.ts';
import type { RequestTraits } from './traits.ts';

/** The properties of a request that determine whether a duplicate is harmless. */
export interface RepeatContext {
  readonly traits: RequestTraits;
  /** The caller's `idempotent` option for this request, if set. */
  readonly idempotent: boolean | undefined;
  /** The key that the request carries, if a server is known to honor it. */
  readonly key: IdempotencyKey | undefined;
  /** The first rule that matches the request, with what a protocol read in it. */
  readonly rule: RequestRule | undefined;
}

/**
 * Everything that a decision depends on, except the settings. It contains the request, the end of its last attempt, and
 * the operation so far.
 */
export interface RetryContext extends RepeatContext {
  readonly outcome: Outcome;
  /** Attempts made so far, this one included. */
  readonly attempt: number;
  /** Milliseconds since the operation began. */
  readonly elapsedMs: number;
  /** Milliseconds since the key was first sent. Longer than `elapsedMs` if earlier runs sent it (`retry.earlier`). */
  readonly keyAgeMs: number;
  /** The wall clock, in milliseconds since 1970, because `Retry-After` may contain a date. */
  readonly epochMs: number;
  /** A random number in [0, 1), for jitter. */
  readonly random: number;
  /** The wait before this attempt in milliseconds, 0 for the first. */
  readonly previousWaitMs: number;
  /** Whether the caller's signal is aborted. */
  readonly aborted: boolean;
  /** Whether the client accepts any outcome, such as ky with `throwHttpErrors: false`. */
  readonly accepted: boolean;
  /** Whether an option of the client's own forbids another attempt. */
  readonly vetoed?: boolean;
  /** Whether the body was used and cannot be sent again. */
  readonly bodyUsed: boolean;
  /** Whether an earlier attempt may have been processed, because its delivery was `unknown` or `answered`. */
  readonly doubtful: boolean;
  /** Whether a loop above this client repeats the request, so that retries here would multiply. */
  readonly outerRetry: boolean;
  /** Whether an earlier attempt of this operation was answered 421 (Misdirected Request). */
  readonly misdirected: boolean;
  /** How long the origin's gate stays closed, in milliseconds. */
  readonly gateMs: number;
  /** Whether the origin's budget allows a retry. */
  readonly budgetAllows: boolean;
}
