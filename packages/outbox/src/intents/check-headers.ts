import type { Scheme } from '../scheme.ts';
import type { Intent } from './intent.ts';

const SECRET = /authorization|cookie|api-?key|token|secret|password|signature/i;
/** Connection headers (RFC 9110 section 7.6.1) and headers that the client computes. */
const CLIENTS_OWN = 'connection content-length expect host keep-alive te trailer transfer-encoding upgrade'.split(' ');

/**
 * Checks the headers to store.
 *
 * @throws {TypeError} If a header can't be sent, carries the key, or looks like a credential.
 */
export function checkHeaders({ headers: given, allowStoredSecrets }: Intent, scheme: Scheme): Headers {
  const headers = read(given);
  const own = scheme === 'none' ? [] : [scheme.header, scheme.firstSentHeader].map((name) => name?.toLowerCase());
  for (const name of headers.keys()) {
    if (own.includes(name))
      throw new TypeError(`intent.headers must not contain ${name}: the outbox writes it; set intent.key`);
    if (CLIENTS_OWN.includes(name))
      throw new TypeError(`intent.headers must not contain ${name}: the client writes it`);
    if (SECRET.test(name) && allowStoredSecrets !== true)
      throw new TypeError(
        `intent.headers.${name} would be stored in plain text: add it with prepare, or set allowStoredSecrets`,
      );
  }
  return headers;
}

function read(given: HeadersInit | undefined): Headers {
  try {
    return new Headers(given);
  } catch (error) {
    throw new TypeError('intent.headers must be headers that fetch can send', { cause: error });
  }
}
