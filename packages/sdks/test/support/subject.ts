import type { RetryOptions } from '@twicesafe/core';
import type { StatusAnswer } from '@twicesafe/testing';

/** How one call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** A fetch for SDKs that send by one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** An SDK with its middleware, for the suite that all of them pass. */
export interface Subject {
  readonly name: string;
  /** Whether it sends by a fetch that can be given to it. */
  readonly takesFetch: boolean;
  /**
   * Whether a POST is repeated after a refused connection: where the middleware sees the runtime's own error of that
   * request.
   */
  readonly provesRefusal: boolean;
  /** The answers that the SDK understands, to a read and to a write. */
  readonly answers: {
    readonly read: StatusAnswer;
    readonly write: StatusAnswer;
    /** The body of a 503, if the SDK tells the status only then. */
    readonly busy?: StatusAnswer;
  };
  read(url: string, options: RetryOptions, call?: CallOptions): Promise<object>;
  write(url: string, options: RetryOptions, call?: CallOptions): Promise<object>;
}
