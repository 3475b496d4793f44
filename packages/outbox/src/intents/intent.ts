/** A request that your application has committed to. The outbox stores it before sending anything. */
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
   * The idempotency key, which is part of every send. Not allowed with the scheme `'none'`.
   *
   * @default a key made by the key scheme, or a random UUID
   */
  readonly key?: string;
  /**
   * A name that is unique in the outbox, such as `'invoice-7'`. If it is already taken, `enqueue` only returns the
   * first intent's id.
   */
  readonly name?: string;
  /** The name of a group. At most one intent of each group is in flight at a time. */
  readonly group?: string;
  /** The earliest time to send the request. */
  readonly notBefore?: Date;
  /**
   * How long the server remembers the key, in milliseconds from the first send. Not allowed with the scheme `'none'`.
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

/** The stage of an intent's life. */
export type IntentState = 'due' | 'sending' | 'done' | 'failed' | 'unknown';

/** A stored intent. */
export interface StoredIntent {
  readonly id: number;
  /** The name of its outbox. */
  readonly outbox: string;
  readonly name: string | undefined;
  readonly group: string | undefined;
  /** Without a key scheme, a random UUID that isn't sent. */
  readonly key: string;
  readonly method: string;
  readonly url: string;
  /** Includes the headers that carry the key. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | undefined;
  readonly state: IntentState;
  /** How many runs have started. A run may contain several attempts. */
  readonly runs: number;
  /** The start of the first send that the server may have received, in milliseconds since 1970. */
  readonly firstSentAt: number | undefined;
  /** How long the server remembers the key, in milliseconds from `firstSentAt`. 0 if the server takes no key. */
  readonly windowMs: number;
  /** Whether an earlier run may have been processed. */
  readonly inDoubt: boolean;
  /** When the next run may start or the current lease ends, in milliseconds since 1970. */
  readonly dueAt: number;
  /** A human-readable description of how the last run ended. */
  readonly note: string | undefined;
}
