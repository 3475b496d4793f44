import type { RequestTraits } from './traits.ts';

const STRONG_TAG = /^\s*"[^"]*"\s*$/;

/**
 * Whether the request's own header fields see to it that it takes effect at most once.
 *
 * - Exactly one strong tag in `If-Match` on PUT, PATCH or DELETE: the first copy changes the entity tag, so the second one
 *   fails (RFC 9110 section 13.1.1). With several tags, the second copy may match another one: a toggle goes from "a" to "b"
 *   and back. Weak tags never match, and `*` also matches after the first copy.
 * - `If-None-Match: *` on PUT: the first copy creates the resource, so the second one fails (section 13.1.2).
 */
export function carriesPrecondition(traits: RequestTraits): boolean {
  const { method, headers } = traits;
  if (method === 'PUT' && headers.get('if-none-match')?.trim() === '*') return true;
  if (method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') return false;
  const tags = headers.get('if-match');
  return tags !== null && STRONG_TAG.test(tags);
}
