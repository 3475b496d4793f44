/** Reads header fields by their case-insensitive name: `Headers`, or anything with the same `get`. */
export interface HeadersLike {
  get(name: string): string | null;
}

/** What the policy may know of a request. Its body is none of its business, only whether it can be sent again. */
export interface RequestTraits {
  /** The exact method token: `get` is not `GET` (RFC 9110 section 9.1), unless the client says so. */
  readonly method: string;
  /** The absolute URL, as far as the client knows it. */
  readonly url: string;
  /** The request's header fields. */
  readonly headers: HeadersLike;
}
