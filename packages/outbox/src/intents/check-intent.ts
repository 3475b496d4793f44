import type { Scheme } from '../scheme.ts';
import { checkHeaders } from './check-headers.ts';
import { checkKey, writtenKey } from './check-key.ts';
import type { Intent } from './intent.ts';
import type { NewIntent } from './new-intent.ts';
import { DEFAULT_NAME, storedText } from './outbox-name.ts';

const KNOWN = 'url method headers body key name group notBefore windowMs allowStoredSecrets'.split(' ');
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/; // RFC 9110 section 5.6.2
const FORBIDDEN_METHODS = ['CONNECT', 'TRACE', 'TRACK']; // https://fetch.spec.whatwg.org/#forbidden-method
const METHODS_WITHOUT_BODY = ['GET', 'HEAD'];

/**
 * Checks an intent and makes its key.
 *
 * @param outbox - The name of the outbox.
 * @throws {TypeError | RangeError} Names the property, its value, and what is allowed.
 */
export function checkIntent(intent: Intent, scheme: Scheme, outbox: string = DEFAULT_NAME): NewIntent {
  if (typeof intent !== 'object' || intent === null) throw new TypeError('intent must be an object');
  const unknown = Object.keys(intent).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new TypeError(`intent has no member ${unknown}, only ${KNOWN.join(', ')}`);

  const method = methodOf(intent.method);
  const body = bodyOf(intent.body, method);
  const key = keyOf(intent, scheme);
  const headers = checkHeaders(intent, scheme);
  if (typeof intent.body === 'string' && !headers.has('content-type'))
    headers.set('content-type', 'text/plain;charset=UTF-8'); // as fetch does for text
  if (scheme !== 'none') headers.set(scheme.header, writtenKey(key, scheme));
  return {
    outbox,
    name: storedText(outbox, textOf('name', intent.name)),
    group_name: storedText(outbox, textOf('group', intent.group)),
    key,
    method,
    url: urlOf(intent.url),
    headers: JSON.stringify([...headers]),
    body,
    due: timeOf(intent.notBefore),
    window_ms: scheme === 'none' ? 0 : windowOf(intent.windowMs ?? scheme.windowMs),
    first_sent_header: scheme === 'none' ? null : (scheme.firstSentHeader ?? null),
  };
}

/** Returns the key to send. Without a scheme, it only identifies the intent. */
function keyOf({ key, windowMs }: Intent, scheme: Scheme): string {
  if (scheme !== 'none') return checkKey(key ?? scheme.generate?.() ?? crypto.randomUUID(), scheme);
  const surplus = Object.entries({ key, windowMs }).find(([, value]) => value !== undefined);
  if (surplus) throw new TypeError(`intent.${surplus[0]} has no use in an outbox with the scheme 'none'`);
  return crypto.randomUUID();
}

function methodOf(method: string = 'POST'): string {
  if (typeof method !== 'string' || !TOKEN.test(method))
    throw new TypeError(`intent.method must be an HTTP method, not ${String(method)}`);
  // fetch uppercases only these methods: https://fetch.spec.whatwg.org/#concept-method-normalize
  const upper = method.toUpperCase();
  const normalized = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'].includes(upper) ? upper : method;
  if (FORBIDDEN_METHODS.includes(upper))
    throw new TypeError(`intent.method must not be ${method}: fetch can't send it`);
  return normalized;
}

function urlOf(url: string | URL): string {
  if (typeof url !== 'string' && !(url instanceof URL))
    throw new TypeError(`intent.url must be a URL, not ${typeof url}`);
  if (!URL.canParse(url)) throw new TypeError('intent.url must be an absolute URL');
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    throw new TypeError(`intent.url must start with http: or https:, not ${parsed.protocol}`);
  if (parsed.username !== '' || parsed.password !== '')
    throw new TypeError('intent.url must not contain credentials: add them with prepare');
  return parsed.href;
}

function bodyOf(body: unknown, method: string): Uint8Array | null {
  if (body === undefined || body === null) return null;
  if (METHODS_WITHOUT_BODY.includes(method)) throw new TypeError(`intent.body must be absent for ${method}`);
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body.slice();
  throw new TypeError('intent.body must be a string or a Uint8Array: streams, forms and Blobs cannot be stored');
}

function textOf(member: string, text: unknown): string | null {
  if (text === undefined) return null;
  if (typeof text !== 'string' || text === '' || text.includes('\0'))
    throw new TypeError(`intent.${member} must be a string of at least one character, without NUL`);
  return text;
}

function timeOf(time: Date | undefined): number {
  if (time === undefined) return 0;
  if (!(time instanceof Date) || Number.isNaN(time.getTime()))
    throw new TypeError('intent.notBefore must be a valid Date');
  return time.getTime();
}

function windowOf(windowMs: unknown): number {
  if (typeof windowMs !== 'number' || !(windowMs >= 1))
    throw new RangeError(
      `the key's window must be 1 ms or more, not ${String(windowMs)}: set intent.windowMs or the scheme's windowMs`,
    );
  return Math.min(Math.floor(windowMs), Number.MAX_SAFE_INTEGER);
}
