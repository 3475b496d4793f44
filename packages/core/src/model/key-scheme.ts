/** How a server takes idempotency keys: the name of the field, how it is written, and what the answers mean. */
export interface KeyScheme {
  /** The header field that carries the key. */
  readonly header: string;
  /**
   * How the key is written: as it is, or as a quoted String of RFC 9651, as draft-ietf-httpapi-idempotency-key-header-07
   * section 2.1 wants it.
   */
  readonly format: 'bare' | 'string';
  /** The methods for which the server honours a key. */
  readonly methods: readonly string[];
  /** The longest key in characters, as the caller knows it. */
  readonly maxLength: number;
  /** What a key must match beside `format` and `maxLength`, where a server takes only some characters or sets a least length. */
  readonly pattern?: RegExp;
  /** For how long the server remembers a key, in milliseconds from the first attempt. `Infinity`: it never forgets. */
  readonly windowMs: number;
  /** Statuses that say "the first copy is still being processed": waited out, then repeated. */
  readonly inFlightStatuses: readonly number[];
  /** The response field that marks a replayed answer, if the server sends one. A replayed failure is final. */
  readonly replayHeader?: string;
  /** A second field, constant over all attempts, that carries the time of the first one (OASIS Repeatable Requests). */
  readonly firstSentHeader?: string;
  /** Makes the key of an operation. Without it: a random UUID. */
  readonly generate?: () => string;
  /**
   * What it means when the caller set the key's header field by hand: permission to repeat, or nothing. It is sent as it
   * stands in both cases, and no key of ours is sent beside it.
   *
   * @default 'permission'
   */
  readonly callerKeys?: 'permission' | 'ignore';
}

/** The key of one operation. */
export interface IdempotencyKey {
  readonly scheme: KeyScheme;
  /** The key as the caller knows it, not as it is written on the wire. */
  readonly value: string;
}
