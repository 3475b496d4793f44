import type { HeadersLike } from '@twicesafe/core';

/** Returns a message's media type in lowercase without parameters (RFC 9110 section 8.3.1), or an empty string. */
export function mediaTypeOf(headers: HeadersLike): string {
  const [type = ''] = (headers.get('content-type') ?? '').split(';', 1);
  return type.trim().toLowerCase();
}
