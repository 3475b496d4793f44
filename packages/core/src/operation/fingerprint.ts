import type { RequestTraits } from '../decision/traits.ts';
import { callerKey } from '../keys/operation-key.ts';

/** Credentials that stay the same on a repeat. Signatures (AWS, OAuth 1, DPoP) differ between attempts. */
const LASTING = /^(?:basic|bearer|token)\s/i;

/**
 * Identifies a request by method, URL, body, the caller's key and its credentials, to recognize an outer retry. What one user was answered is not for another.
 *
 * @returns undefined if the body cannot be compared, such as a stream.
 */
export function fingerprintOf(traits: RequestTraits, body: unknown): string | undefined {
  const content = contentOf(body);
  if (content === undefined) return undefined;
  return [traits.method, traits.url, callerKey(traits)?.key.value ?? '', askerOf(traits), content].join(' ');
}

/** A hash, so that credentials aren't stored. */
function askerOf({ headers }: RequestTraits): string {
  const authorization = headers.get('authorization') ?? '';
  const lasting = LASTING.test(authorization) ? authorization : '';
  return hash([lasting, headers.get('x-api-key'), headers.get('api-key'), headers.get('cookie')].join('\n'));
}

/** A body as text to compare, or undefined if it cannot be compared. */
export function contentOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string' || body instanceof URLSearchParams) return hash(String(body));
  if (body instanceof ArrayBuffer) return hash(new Uint8Array(body));
  if (ArrayBuffer.isView(body)) return hash(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  return undefined;
}

/** Two FNV-1a hashes of 32 bits with different starts, plus the length, which distinguishes the bodies of one minute. */
function hash(content: string | Uint8Array): string {
  let [first, second] = [0x811c9dc5, 0x9747b28c];
  for (let index = 0; index < content.length; index++) {
    const code = typeof content === 'string' ? content.charCodeAt(index) : (content[index] ?? 0);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x01000193) + index;
  }
  return `${content.length}:${(first >>> 0).toString(36)}${(second >>> 0).toString(36)}`;
}
