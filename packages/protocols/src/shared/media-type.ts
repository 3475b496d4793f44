import type { ProtocolResponse } from '../protocol.ts';

/** Returns a message's media type in lowercase without parameters (RFC 9110 section 8.3.1), or an empty string. */
export function mediaTypeOf(headers: ProtocolResponse['headers']): string {
  const [type = ''] = (headers.get('content-type') ?? '').split(';', 1);
  return type.trim().toLowerCase();
}
