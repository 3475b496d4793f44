import type { RetryOptions } from '@twicesafe/fetch';

/**
 * The calls that the matrix makes through an SDK. Both may reject, because only the requests that reach the origin
 * count.
 */
export interface Calls {
  /** Reads something, by GET if the SDK supports it. */
  readonly read: () => unknown;
  /** Creates something by POST. */
  readonly write: () => unknown;
}

/** An SDK under measurement. Its recipe is `recipes/<file>.ts`, which the page shows. */
export interface Sdk {
  readonly name: string;
  /** The name of its files, without the ending. */
  readonly file: string;
  /** How to turn its own retries off, for the page. */
  readonly retriesOff: string;
  /** The idempotency key or the count that it sends by itself, for the page. */
  readonly marks: string;
  /**
   * Makes a client with the SDK's own retries on.
   *
   * @param options - The options of twicesafe below the SDK, or undefined for the SDK as installed.
   */
  readonly open: (url: string, options: RetryOptions | undefined) => Calls;
  /** Makes a client with the recipe: twicesafe below the SDK, and the SDK's own retries off. */
  readonly recipe: (url: string) => Calls;
}
