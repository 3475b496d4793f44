import type { RequestTraits } from './traits.ts';

const STRONG_TAG = /^\s*"[^"]*"\s*$/;

/**
 * Whether the request's own header fields see to it that it takes effect at most once.
 *
 * - Exactly one strong tag in `If-Match` on PUT, PATCH or DELETE: the first request changes the entity tag, so a
 *   duplicate fails (RFC 9110 section 13.1.1). With several tags, a duplicate may match another one, because a toggle
 *   goes from "a" to "b" and back. Weak tags never match, and `*` also matches after the first request.
 * - `If-None-Match: *` on PUT: the first request creates the resource, so a duplicate fails (section 13.1.2).
 */
export function carriesPrecondition(traits: RequestTraits): boolean {
  const { method, headers } = traits;
  if (method === 'PUT' && headers.get('if-none-match')?.trim() === '*') return true;
  if (method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') return false;
  const tags = headers.get('if-match');
  return tags !== null && STRONG_TAG.test(tags);
}
