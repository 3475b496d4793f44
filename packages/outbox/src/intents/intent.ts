/** A request that was decided on. The outbox stores it before anything is sent. */
export interface Intent {
  /** An absolute `http:` or `https:` URL without credentials. */
  readonly url: string | URL;
  /** @default 'POST' */
  readonly method?: string;
  /** The headers to store. Add credentials with `prepare` when the request is sent. */
  readonly headers?: HeadersInit;
  /** Text or bytes. Streams can't be stored. */
  readonly body?: string | Uint8Array;
  /**
   * The idempotency key. Every send carries it.
   *
   * @default made by the key scheme, or a random UUID
   */
  readonly key?: string;
  /** A unique name, such as `'invoice-7'`. Enqueueing the same name again stores nothing and returns the first id. */
  readonly name?: string;
  /** At most one intent of a group is in flight at a time. */
  readonly group?: string;
  /** The earliest time to send the request. */
  readonly notBefore?: Date;
  /**
   * How long the server remembers the key, in milliseconds from the first send.
   *
   * @default the window of the key scheme
   */
  readonly windowMs?: number;
  /**
   * Stores headers that look like credentials in plain text.
   *
   * @default false: `enqueue` throws
   */
  readonly allowStoredSecrets?: boolean;
}

/** Where an intent is in its life. */
export type IntentState = 'due' | 'sending' | 'done' | 'failed' | 'unknown';

/** An intent as it is stored. */
export interface StoredIntent {
  readonly id: number;
  readonly name: string | undefined;
  readonly group: string | undefined;
  readonly key: string;
  readonly method: string;
  readonly url: string;
  /** Includes the headers that carry the key. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | undefined;
  readonly state: IntentState;
  /** How many runs began. A run may contain several attempts. */
  readonly runs: number;
  /** When the first send that the server may have received began, in milliseconds since 1970. */
  readonly firstSentAt: number | undefined;
  /** How long the server remembers the key, in milliseconds from `firstSentAt`. */
  readonly windowMs: number;
  /** Whether an earlier run may have been processed. */
  readonly inDoubt: boolean;
  /** When the next run may begin or the current lease ends, in milliseconds since 1970. */
  readonly dueAt: number;
  /** What is known about the last run, for people. */
  readonly note: string | undefined;
}
