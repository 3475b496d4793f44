import type { FailureOutcome, ResponseOutcome } from '../decision/outcome.ts';

/**
 * How a client sends the request of one operation, and what its responses and errors mean. An adapter for a client
 * without its own loop consists of this interface. See `runOperation`.
 */
export interface Client<Response> {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Whether what sends may ignore the signal, as code of others may. The caller is then answered without it. */
  readonly mayIgnoreAbort?: boolean;
  /**
   * Whether the body was used and cannot be sent again. Read after each attempt. A stream that never started isn't
   * used.
   */
  readonly bodyUsed: boolean;
  /**
   * Whether the next attempt can be sent, or the bytes of its body may still arrive.
   *
   * @returns undefined if it can, or a promise that ends when it is known.
   */
  ready?(): Promise<boolean> | undefined;
  /**
   * Whether the key was removed because of a redirect to another origin, or may have reached that origin. The key then
   * doesn't permit a retry.
   */
  readonly keyRemoved?: boolean;
  /**
   * Sends one attempt, with `operation.attemptHeaders` added to the caller's own.
   *
   * @param limited - Whether `cut` may be called.
   */
  send(limited: boolean): Promise<Response>;
  /** Ends the attempt that is under way, because its time is over. */
  cut?(error: Error): void;
  /**
   * The status and the headers of a response. `headersFrom` reads headers from plain objects, pairs and flat arrays.
   */
  outcome(response: Response): ResponseOutcome;
  /**
   * Reads the body of a response, which the caller still gets with all of its bytes.
   *
   * @param maxBytes - The longest body that is of interest.
   * @param signal - Ends the reading. Aborted when the time is over, too.
   * @returns The body as text, or undefined if it is longer, can't be read, or isn't complete when the signal is
   *   aborted.
   */
  look?(response: Response, maxBytes: number, signal: AbortSignal): Promise<string | undefined>;
  /** The kind of failure that the error means, and what it proves. */
  failure(error: unknown): FailureOutcome;
  /**
   * A retry will follow this response, which the caller gets if that fails without one. Begins to free the resources of
   * the response, such as a connection.
   *
   * @returns A function that is called before the retry is sent. It frees the rest, and returns whether the response
   *   can still be returned.
   */
  keep?(response: Response): () => boolean;
  /** Releases a response whose body won't be read. Must not throw. */
  discard(response: Response): void;
  /**
   * The object that the caller gets for a response, if it differs from the response. `reportOf` finds the report there.
   */
  settled?(response: Response): unknown;
  /** Makes the response again for a loop above that repeats the request. Called before the caller gets it. */
  snapshot?(response: Response): () => Response;
  /** The error that the caller gets for a response, if this client throws one, as axios does. */
  errorOf?(response: Response): unknown;
}
