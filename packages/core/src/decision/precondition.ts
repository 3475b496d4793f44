import type { RequestTraits } from './traits.ts';

const STRONG_TAGS = /^\s*"[^"]*"\s*(,\s*"[^"]*"\s*)*$/;

/**
 * Whether the request's own header fields see to it that it takes effect at most once.
 *
 * - A strong `If-Match` on PUT, PATCH or DELETE: the first copy changes the entity tag, so the second one fails
 *   (RFC 9110 section 13.1.1). Weak tags compare as different always, and `*` matches after the first copy too.
 * - `If-None-Match: *` on PUT: the first copy creates the resource, so the second one fails (section 13.1.2).
 */
export function carriesPrecondition(traits: RequestTraits): boolean {
  const { method, headers } = traits;
  if (method === 'PUT' && headers.get('if-none-match')?.trim() === '*') return true;
  if (method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') return false;
  const tags = headers.get('if-match');
  return tags !== null && STRONG_TAGS.test(tags);
}
