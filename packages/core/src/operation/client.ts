import type { FailureOutcome } from '../decision/outcome.ts';
import type { HeadersLike } from '../decision/traits.ts';

/** What a response must tell for its attempt to be judged. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: HeadersLike;
}

/** One operation as a client sees it: how its request is sent, and what its errors mean. All that an adapter must write. */
export interface Client<Response extends ResponseLike> {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Whether the body was handed out and cannot be made again. */
  readonly bodyUsed: boolean;
  /** Whether a followed redirect led to an origin that was not given the key: there it permits nothing. */
  readonly keyRemoved?: boolean;
  /**
   * Sends one attempt.
   *
   * @param limit - Aborted when the attempt's time is over; undefined if it has no limit.
   */
  send(limit: AbortSignal | undefined): Promise<Response>;
  /** What kind of failure the error is that `send` rejected with, and what it proves. */
  failure(error: unknown): FailureOutcome;
  /** Gets rid of a response that nobody will read, at the latest when the signal is aborted. Never rejects. */
  discard(response: Response, now: AbortSignal): Promise<void>;
}
