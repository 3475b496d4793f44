/** An intent that passed all checks, as the columns of its row. */
export interface NewIntent {
  readonly name: string | null;
  readonly group_name: string | null;
  readonly key: string;
  readonly method: string;
  readonly url: string;
  /** JSON: a list of names and values. */
  readonly headers: string;
  readonly body: Uint8Array | null;
  /** Milliseconds since 1970. 0: at once. */
  readonly due: number;
  readonly window_ms: number;
  /** The header that carries the time of the first send, if the key scheme has one. */
  readonly first_sent_header: string | null;
}
