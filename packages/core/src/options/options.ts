import type { Rule } from '../decision/rules.ts';
import type { Confirm } from '../effect/confirmation.ts';
import type { RetryEventListener } from '../effect/event.ts';
import type { KeyScheme } from '../keys/scheme.ts';
import type { Backoff } from '../pacing/backoff.ts';
import type { Budget } from '../pacing/budget.ts';

/** How a policy judges. Checked when the policy is made; every option has a default that is safe for somebody who sets none. */
export interface RetryOptions {
  /**
   * The most attempts of one operation, the first included. 1 never retries.
   *
   * @default 3
   */
  readonly maxAttempts?: number;
  /**
   * How long to wait when the server names no time.
   *
   * @default exponentialBackoff({ baseMs: 100, capMs: 20_000 }), with full jitter
   */
  readonly backoff?: Backoff;
  /**
   * The longest one attempt may take until its response is there (with `bufferResponseBytes`: until it is read), in
   * milliseconds. An attempt that was cut this way may have been processed.
   *
   * @default none: the client's own timeout is in force
   */
  readonly attemptTimeoutMs?: number;
  /**
   * The longest an operation may take, all attempts and waits together, in milliseconds from its start. A wait that
   * does not fit is not begun.
   *
   * @default none
   */
  readonly deadlineMs?: number;
  /**
   * A longer wait asked for by the server stops the operation: coming back early is what it asked us not to do.
   * In milliseconds.
   *
   * @default 60_000
   */
  readonly maxPushbackMs?: number;
  /**
   * No retry begins later than this after the start of the operation, in milliseconds: a request that hung for minutes
   * is not sent once more.
   *
   * @default 120_000
   */
  readonly retryWindowMs?: number;
  /**
   * A bound on the retries to each origin, shared by all operations of the policy. `'none'` takes it away.
   *
   * @default budgets.tokenBucket()
   */
  readonly budget?: Budget | 'none';
  /**
   * After a 429 or 503 (or GitHub's 403) that names a time, other operations to that origin wait too, once, and come back
   * spread. Not those with one attempt, nor those whose deadline is nearer: they are sent at once. An origin that goes on
   * asking now and then, while it serves the others, holds nobody else up.
   *
   * @default true
   */
  readonly originGate?: boolean;
  /**
   * A header field that tells the server the number of the attempt, counted from 1.
   *
   * @default none
   */
  readonly attemptHeader?: string;
  /**
   * A header field that tells the server how long its answer is waited for, in whole milliseconds: until the deadline or the
   * attempt's own limit, whichever is nearer. Not sent where there is neither.
   *
   * @default none
   */
  readonly timeLeftHeader?: string;
  /**
   * How the servers behind this policy take idempotency keys. Each operation then carries one, and POST becomes repeatable.
   *
   * @default none
   */
  readonly idempotencyKey?: KeyScheme;
  /**
   * What is known of some requests that their method does not tell. The first rule that matches wins.
   *
   * @default []
   */
  readonly rules?: readonly Rule[];
  /**
   * Statuses that prove that the request was not processed, so that also a POST may be repeated. Who knows that their
   * servers answer 429 or 503 before any work adds them.
   *
   * @default [421, 425]
   */
  readonly refusedStatuses?: readonly number[];
  /**
   * Reads a response of at most this many bytes within the attempt, so that one that breaks off is a failed attempt.
   * 0 hands every response over as soon as its header fields are there.
   *
   * @default 0
   */
  readonly bufferResponseBytes?: number;
  /**
   * Keeps a copy of a streamed request body of at most this many bytes, so that it can be sent again. A longer one is
   * sent once. 0 copies nothing.
   *
   * @default 0
   */
  readonly bufferRequestBytes?: number;
  /**
   * Looks whether an operation took effect that ended in doubt (`maybe-applied`). Asked once, at the end, within the deadline;
   * the result of the operation waits for it, and only its report changes.
   *
   * @default none: nothing is sent beside the request itself
   */
  readonly confirm?: Confirm;
  /**
   * Hears what happens to every operation, as it happens. What it throws is dropped.
   *
   * @default none
   */
  readonly onEvent?: RetryEventListener;
}

/** What the caller says of one request; it beats the policy. */
export interface RequestRetryOptions {
  /** The caller's word on whether a second copy does no harm. It beats rules and method, both ways. */
  readonly idempotent?: boolean;
  /** The key of this operation, for instance the number of an order. Two operations never share one. */
  readonly idempotencyKey?: string;
  /** Instead of the option of the same name. */
  readonly maxAttempts?: number;
  /** Instead of the option of the same name, in milliseconds from the start of the operation. */
  readonly deadlineMs?: number;
  /** Instead of the option of the same name. */
  readonly confirm?: Confirm;
}
