import type { HeadersLike } from '@twicesafe/core';

/** The media type of a message in lower case and without parameters (RFC 9110 section 8.3.1), or an empty string. */
export function mediaTypeOf(headers: HeadersLike): string {
  const [type = ''] = (headers.get('content-type') ?? '').split(';', 1);
  return type.trim().toLowerCase();
}
