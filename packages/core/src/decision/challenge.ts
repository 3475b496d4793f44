import type { HeadersLike } from './traits.ts';

/**
 * Whether a 401 may end with another credential of the same kind. RFC 6750 section 3.1: only `invalid_token` means that.
 * `insufficient_scope`, a DPoP nonce (RFC 9449 section 8) or a step-up (RFC 9470) want something else, and so does a challenge of
 * another scheme, such as Basic. Many servers send no challenge at all.
 *
 * @param authorization - The `Authorization` header that was sent, if any.
 */
export function wantsNewCredential(headers: HeadersLike, authorization: string | undefined): boolean {
  const challenge = headers.get('www-authenticate');
  if (challenge === null) return true;
  const error = /\berror\s*=\s*"?(\w+)/i.exec(challenge)?.[1];
  if (error !== undefined) return error === 'invalid_token';
  const scheme = authorization?.split(' ', 1)[0]?.toLowerCase();
  const schemes: readonly string[] = challenge.toLowerCase().match(/[\w-]+(?=\s+[\w-]+\s*=|\s*,|\s*$)/g) ?? [];
  return scheme === undefined || schemes.includes(scheme);
}
