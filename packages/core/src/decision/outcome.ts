import type { FailureDelivery } from '../effect/delivery.ts';
import type { ProtocolAnswer } from './protocol.ts';
import type { HeadersLike } from './traits.ts';

/** The hop that a response came from, when it did not come from the request as it was first sent. */
export interface Hop {
  /** The URL that answered. Pushback counts for its origin. */
  readonly url: string;
  /**
   * Whether that hop certainly had the method of the request. 301, 302 and 303 turn a POST into a GET (RFC 9110 section
   * 15.4).
   */
  readonly sameMethod: boolean;
}

/** A response. Its status and headers are judged, and its body if a rule or a protocol asks for that. */
export interface ResponseOutcome {
  readonly type: 'response';
  readonly status: number;
  readonly headers: HeadersLike;
  /**
   * Whether the answer itself proves that the server did not process the request, whatever its status usually means.
   */
  readonly refused?: boolean;
  /** What the body says, if a rule or a protocol judged it. */
  readonly answer?: ProtocolAnswer;
  /** Whether there is a new credential, after the server refused the one that was sent. */
  readonly renewed?: boolean;
  /**
   * Set if the client followed a redirect. The status then answers another request than the one that was sent first.
   */
  readonly hop?: Hop | undefined;
  /**
   * Set if something between the client and the runtime may have sent more copies of the request than the one that was
   * answered, or only copies that were not answered with this success. A refusal then refuses its own copy only.
   * `others` if one copy did succeed, so that only a refusal in the body of a success is affected.
   */
  readonly unseenCopies?: boolean | 'others' | undefined;
}

/**
 * What kind of failure ended an attempt.
 *
 * - `network`: the connection, the name or the protocol failed.
 * - `attempt-timeout`: `attemptTimeoutMs` ended the attempt.
 * - `truncated-body`: the response was truncated while it was read within the attempt.
 * - `certificate`: the client rejected the server's certificate. The next attempt would see the same one.
 * - `permanent`: another cause that stays the same, such as a redirect loop, `redirect: 'error'`, an integrity mismatch
 *   or a proxy that asks for credentials.
 * - `programmer-error`: the request itself cannot be sent (invalid URL, header or method, a used body).
 * - `caller-abort`: the caller's signal ended it.
 * - `deadline`: `deadlineMs` ended it.
 */
export type FailureKind =
  | 'network'
  | 'attempt-timeout'
  | 'truncated-body'
  | 'certificate'
  | 'permanent'
  | 'programmer-error'
  | 'caller-abort'
  | 'deadline';

/** Every {@link FailureKind}. */
export const FAILURE_KINDS: readonly FailureKind[] = /* @__PURE__ */ Object.freeze([
  'network',
  'attempt-timeout',
  'truncated-body',
  'certificate',
  'permanent',
  'programmer-error',
  'caller-abort',
  'deadline',
]);

/** The attempt ended without a usable response. */
export interface FailureOutcome {
  readonly type: 'failure';
  readonly kind: FailureKind;
  readonly delivery: FailureDelivery;
  /** The client's own error, untouched. */
  readonly error: unknown;
}

/** How an attempt ended. */
export type Outcome = ResponseOutcome | FailureOutcome;
