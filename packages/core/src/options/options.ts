import type { Protocol } from '../decision/protocol.ts';
import type { Rule } from '../decision/rules.ts';
import type { VetoContext } from '../decision/veto.ts';
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
   * The longest one attempt may take until its response is there or read within the attempt, in
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
   * Which requests to an origin wait after a 429 or 503 (or GitHub's 403) that names a time.
   *
   * - `'retries'`: retries of all operations. First attempts are sent at once: one endpoint's 429 must not stop a health check.
   * - `'all'`: first attempts too, once, unless their deadline is nearer. For integrations with rate-limited APIs.
   * - `'off'`: only the retries of the operation that got the response.
   *
   * @default 'retries'
   */
  readonly originGate?: 'retries' | 'all' | 'off';
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
   * Protocols that say what a request means beyond its method, from `@twicesafe/protocols` or your own. The first one that
   * recognizes a request speaks for it. Rules and the options of a call come before. A protocol is asked only after an attempt
   * failed, or when a key may be wanted, and reads only bodies that can be sent again.
   *
   * @default []
   * @example
   * wrapFetch({ protocols: [graphql(), jsonRpc(ethereum)] });
   */
  readonly protocols?: readonly Protocol[];
  /**
   * Statuses that prove that the request was not processed, so that also a POST may be repeated. Who knows that their
   * servers answer 429 or 503 before any work adds them.
   *
   * @default [421, 425]
   */
  readonly refusedStatuses?: readonly number[];
  /**
   * Reads a successful response that announces at most this many bytes within the attempt, so that one that breaks off is a
   * failed attempt. Only where the client can still hand over the same response, only if the request may be repeated, and never
   * an event stream. 0 hands every response over as soon as its headers are there.
   *
   * @default 65_536
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
   * Forbids a retry by returning `false`. It is asked only about attempts that might be followed by another, and it can never
   * allow one: whether a second copy does harm is not a matter of taste.
   *
   * @default none
   * @example
   * wrapFetch({ shouldRetry: ({ attempt, outcome }) => !(outcome.type === 'failure' && attempt > 1) });
   */
  readonly shouldRetry?: (context: VetoContext) => boolean;
  /**
   * What to do when a loop above this client, such as an SDK's own retries, repeats a request that ended without success. The
   * repeat counts as one more attempt of the same operation: an unsafe one that may have been processed is refused with the
   * previous outcome, any other one is sent once, with the same key, and not retried again.
   *
   * - `'proved'`: only where the request's own headers count the attempts (OpenAI, Anthropic, Supabase, AWS).
   * - `'judge'`: also where method, URL, body and key are those of an operation that ended in the last minute. For clients that
   *   an SDK uses alone.
   * - `'off'`: every call is a new operation.
   *
   * @default 'proved'
   */
  readonly outerRetries?: 'proved' | 'judge' | 'off';
  /**
   * Shows query values in reports, events and explanations. They often hold keys and signatures.
   *
   * @default false
   */
  readonly showQuery?: boolean;
  /**
   * Skips every wait: backoff, pushback and gate. For tests.
   *
   * @default false
   */
  readonly skipWaits?: boolean;
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
  /** Instead of the option of the same name, in milliseconds. */
  readonly attemptTimeoutMs?: number;
  /** Instead of the option of the same name, in milliseconds. */
  readonly maxPushbackMs?: number;
  /** Instead of the option of the same name. */
  readonly confirm?: Confirm;
  /**
   * Earlier runs of the same request, with the same key, that a crashed process may have sent. The operation then starts in
   * doubt: a 4xx at its first attempt does not prove that nothing was applied, and the key's window counts from `firstSentAt`.
   */
  readonly earlier?: EarlierRuns;
}

/** What is known about earlier runs of a request, from before this process. */
export interface EarlierRuns {
  /** When the request was first sent, in milliseconds since 1970. */
  readonly firstSentAt: number;
  /** How many attempts earlier runs began, as far as is known. */
  readonly attempts: number;
}
