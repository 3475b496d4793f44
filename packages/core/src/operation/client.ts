import type { FailureOutcome, ResponseOutcome } from '../decision/outcome.ts';

/**
 * One operation as a client sees it: how its request is sent, and what its responses and errors mean. It is all that an adapter
 * for a client without a loop of its own must write; see `runOperation`.
 */
export interface Client<Response> {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Whether the body was used and cannot be sent again. Asked after each attempt: a stream that never started is not used. */
  readonly bodyUsed: boolean;
  /**
   * Whether the next attempt can be sent: the bytes of its body may still be on their way.
   *
   * @returns undefined if it can, or a promise that ends when it is known.
   */
  ready?(): Promise<boolean> | undefined;
  /** Whether the key was removed because a redirect led to another origin, or may have reached one: then it is no permission. */
  readonly keyRemoved?: boolean;
  /**
   * Sends one attempt, with `operation.attemptHeaders` added to the caller's own.
   *
   * @param limited - Whether `cut` may be called.
   */
  send(limited: boolean): Promise<Response>;
  /** Ends the attempt that is under way, because its time is over. */
  cut?(error: Error): void;
  /** The status and the headers of a response; see `headersFrom` for headers that are plain objects, pairs or flat arrays. */
  outcome(response: Response): ResponseOutcome;
  /** The kind of failure that the error means, and what it proves. */
  failure(error: unknown): FailureOutcome;
  /**
   * A retry will follow this response, which the caller gets if that fails without one. Begins to free what the response holds,
   * such as a connection.
   *
   * @returns Called before the retry is sent: frees the rest, and returns whether the response can still be handed over.
   */
  keep?(response: Response): () => boolean;
  /** Gets rid of a response whose body is discarded. Neither throws nor rejects. */
  discard(response: Response): void;
  /** The object that the caller gets for a response, if it is another one: `reportOf` finds the report there. */
  settled?(response: Response): unknown;
  /** Makes the response again for a loop above that repeats the request. Called before the caller gets it. */
  snapshot?(response: Response): () => Response;
  /** The error that the caller gets for a response, if this client throws one, as axios does. */
  errorOf?(response: Response): unknown;
}
