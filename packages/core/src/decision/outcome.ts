import type { FailureDelivery } from '../effect/delivery.ts';
import type { HeadersLike } from './traits.ts';

/** A response came back: status and header fields are all that is judged. */
export interface ResponseOutcome {
  readonly type: 'response';
  readonly status: number;
  readonly headers: HeadersLike;
}

/**
 * What kind of failure ended an attempt.
 *
 * - `network`: the connection, the name or the protocol failed.
 * - `attempt-timeout`: our own `attemptTimeoutMs` was over.
 * - `truncated-body`: the response broke off while `bufferResponseBytes` was reading it.
 * - `certificate`: the server's certificate was not accepted; the next attempt would see the same one.
 * - `programmer-error`: the request itself cannot be sent (invalid URL, header, method, a used body).
 * - `caller-abort`: the caller's signal ended it.
 * - `deadline`: our own `deadlineMs` was over.
 */
export type FailureKind =
  | 'network'
  | 'attempt-timeout'
  | 'truncated-body'
  | 'certificate'
  | 'programmer-error'
  | 'caller-abort'
  | 'deadline';

/** No usable response came back. */
export interface FailureOutcome {
  readonly type: 'failure';
  readonly kind: FailureKind;
  readonly delivery: FailureDelivery;
  /** The client's own error, isFull. */
  readonly error: unknown;
}

/** What an attempt came to. */
export type Outcome = ResponseOutcome | FailureOutcome;
