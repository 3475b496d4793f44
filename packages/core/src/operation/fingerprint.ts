import { ruleUnder } from '../decision/rule-under.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { callerKey } from '../keys/operation-key.ts';
import type { Settings } from '../options/settings.ts';
import { contentOf } from './content.ts';

/**
 * Credentials that stay the same on a repeat. Signatures (OAuth 1, DPoP) differ between attempts; of AWS's the access
 * key stays.
 */
const LASTING = /^(?:(?:basic|bearer|token)\s.*|AWS4\S*\s+Credential=[^/]*)/is;

/**
 * Identifies a request by method, URL, body, the caller's key and its credentials, to recognize an outer retry. What
 * one user was answered is not for another.
 *
 * @param key - The caller's key.
 * @returns undefined if the body cannot be compared, such as a stream.
 */
export function fingerprintOf(traits: RequestTraits, body: unknown, key: string | undefined): string | undefined {
  const content = contentOf(body);
  if (content === undefined) return undefined;
  return [traits.method, traits.url, JSON.stringify(key), askerOf(traits), content].join(' ');
}

/**
 * The key that the caller gave, in the options or in a header: two keys make two operations.
 *
 * @param explicit - The key in the options.
 * @throws Whatever a rule throws.
 */
export function keyOfCaller(
  traits: RequestTraits,
  settings: Settings,
  explicit: string | undefined,
): string | undefined {
  const { header } = ruleUnder(settings, traits)?.idempotencyKey ?? settings.idempotencyKey ?? {};
  const written = header === undefined ? null : traits.headers.get(header);
  return explicit ?? written ?? callerKey(traits)?.key.value;
}

/** A hash, so that credentials aren't stored. */
function askerOf({ headers }: RequestTraits): string | undefined {
  const lasting = LASTING.exec(headers.get('authorization') ?? '')?.[0] ?? '';
  return contentOf([lasting, headers.get('x-api-key'), headers.get('api-key'), headers.get('cookie')].join('\n'));
}
