/** An intent that passed all checks, as the columns of a row. */
export interface NewIntent {
  /** The name of the outbox. */
  readonly outbox: string;
  /** Unique in the table, so it starts with the name of a named outbox. */
  readonly name: string | null;
  readonly group_name: string | null;
  readonly key: string;
  readonly method: string;
  readonly url: string;
  /** A JSON list of names and values. */
  readonly headers: string;
  readonly body: Uint8Array | null;
  /** The earliest time to send, in milliseconds since 1970. 0 means immediately. */
  readonly due: number;
  /** 0 if the server takes no key. */
  readonly window_ms: number;
  /** The header for the time of the first send, if the key scheme has one. */
  readonly first_sent_header: string | null;
}
