import type { HeadersLike } from './traits.ts';

/** A quoted string, a token or a separator. Each character is read once, however the header goes on. */
const PART = /"(?:[^"\\]|\\.)*"?|[^\s",=]+|[,=]/g;

/**
 * Whether a 401 may end with another credential of the same kind. RFC 6750 section 3.1: only `invalid_token` means
 * that. `insufficient_scope`, a DPoP nonce (RFC 9449 section 8) or a step-up (RFC 9470) want something else, and so
 * does a challenge of another scheme, such as Basic. Many servers omit the challenge.
 *
 * @param authorization - The `Authorization` header that was sent, if any.
 */
export function wantsNewCredential(headers: HeadersLike, authorization: string | undefined): boolean {
  const challenge = headers.get('www-authenticate');
  if (challenge === null) return true;
  const errors = errorsIn(challenge);
  const scheme = authorization?.split(' ', 1)[0]?.toLowerCase();
  const isOurs = scheme !== undefined && errors.has(scheme);
  const error = isOurs ? errors.get(scheme) : [...errors.values()].find((each) => each !== undefined);
  return error === undefined ? isOurs || scheme === undefined : error === 'invalid_token';
}

/** The `error` of each challenge, by its scheme (RFC 9110 section 11.6.1). */
function errorsIn(challenge: string): ReadonlyMap<string, string | undefined> {
  const errors = new Map<string, string | undefined>();
  const parts = challenge.toLowerCase().match(PART) ?? [];
  let scheme = '';
  for (const [index, part] of parts.entries()) {
    if (parts[index + 1] === '=') {
      if (part === 'error') errors.set(scheme, parts[index + 2]?.replaceAll('"', ''));
    } else if (index === 0 || parts[index - 1] === ',') {
      scheme = part;
      errors.set(scheme, undefined);
    }
  }
  return errors;
}
