import type { FailureDelivery } from '@twicesafe/core/adapter';
import type { Link } from './causes.ts';
import { isCertificateCode } from './certificate.ts';
import { http2Delivery } from './http2.ts';

const NEVER_SENT_SYSCALLS: ReadonlySet<string> = new Set([
  'connect', // connect(2) failed: no connection, so no byte of the request left
  'getaddrinfo', // no address, so no connection
]);

const NEVER_SENT_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT', // undici gave up before the connection, TLS included, was ready
  'UND_ERR_PRX_CONN', // undici's ProxyAgent has no tunnel, so the origin heard nothing
]);

// node:tls, when the connection ends inside the handshake: the request is written only after 'secureConnect'.
const NOT_SECURED = 'Client network socket disconnected before secure TLS connection was established';

// Internals that carry the last word: an error below one of these is not about connecting for this request. A read, a
// write (`syscall`), undici's and the parser's errors, HTTP/2 and OpenSSL after the handshake can all follow the
// request.
const LAST_WORD = /^(read|write|UND_ERR|HPE|ERR_HTTP2|ERR_SSL)/;

/** What one error of Node's fetch, of undici, node:http, node:http2 and of the clients on top of them proves. */
export function nodeDelivery(link: Link): FailureDelivery | undefined {
  const { code, message, syscall } = link;
  if (NEVER_SENT_SYSCALLS.has(syscall) || NEVER_SENT_CODES.has(code)) return 'never-sent';
  if (isCertificateCode(code) || message === NOT_SECURED) return 'never-sent';
  const delivery = http2Delivery(link);
  if (delivery) return delivery;
  // fetch's word for a failure while reading the response: the request had been taken.
  return message === 'terminated' || LAST_WORD.test(syscall) || LAST_WORD.test(code) ? 'unknown' : undefined;
}

/**
 * What an AbortError without an abort proves. undici throws one if a proxy refuses the CONNECT. Without a tunnel, the
 * request never reached the origin. Node's fetch wraps it in another, 'Request was cancelled.'. Every other abort ends
 * the search.
 */
export function nodeAbortDelivery({ code, message }: Link): FailureDelivery | undefined {
  if (code === 'UND_ERR_ABORTED' && /^Proxy response \(\d+\) !== 200 when HTTP Tunneling$/.test(message))
    return 'never-sent';
  return message === 'Request was cancelled.' ? undefined : 'unknown';
}
