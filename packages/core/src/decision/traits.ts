/** Reads header fields by their case-insensitive name: `Headers`, or anything with the same `get`. */
export interface HeadersLike {
  get(name: string): string | null;
}

/** The part of a request that the policy may read. Of the body, it knows only whether it can be sent again. */
export interface RequestTraits {
  /** The exact method token. `get` differs from `GET` (RFC 9110 section 9.1), unless the client converts it. */
  readonly method: string;
  /** The absolute URL, as far as the client knows it. */
  readonly url: string;
  /** The request's header fields. */
  readonly headers: HeadersLike;
}
