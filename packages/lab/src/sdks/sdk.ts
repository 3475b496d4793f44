import type { RetryOptions } from '@twicesafe/fetch';

/** What the matrix sends through an SDK. Both may reject: only what reached the origin counts. */
export interface Calls {
  /** Reads something: GET where the SDK has it. */
  readonly read: () => unknown;
  /** Creates something: POST. */
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
   * @param options - Those of twicesafe below it; undefined for the SDK as installed.
   */
  readonly open: (url: string, options: RetryOptions | undefined) => Calls;
  /** The recipe: twicesafe below, the SDK's own retries off. */
  readonly recipe: (url: string) => Calls;
}
