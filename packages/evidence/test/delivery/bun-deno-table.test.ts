import { expect, test } from 'vitest';
import { deliveryOf } from '../../src/delivery/delivery-of.ts';
import { failure, fetchFailed } from './failures.ts';

const unable = 'Unable to connect. Is the computer able to access the url?';
const bun = (code: string, message: string = unable) => Object.assign(new TypeError(message), { code, errno: 0 });

const bunProofs = [
  ...['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EACCES', 'ETIMEDOUT'].map((code) => [code, bun(code)] as const),
  ['ENOTFOUND', failure({ code: 'ENOTFOUND', errno: -3007, syscall: 'getaddrinfo' })],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', bun('DEPTH_ZERO_SELF_SIGNED_CERT', 'self signed certificate')],
  ['ERR_TLS_CERT_ALTNAME_INVALID', bun('ERR_TLS_CERT_ALTNAME_INVALID', 'altname')],
  ['ERR_PROXY_TUNNEL', bun('ERR_PROXY_TUNNEL', 'Proxy tunnel failed')],
  ['two addresses', new AggregateError([bun('ECONNREFUSED'), bun('ETIMEDOUT')])],
] as const;

test.each(bunProofs)('in Bun, %s proves that the only copy was never sent', (_code, error) => {
  expect(deliveryOf(error, { runtime: 'bun', method: 'POST' })).toBe('never-sent');
  expect(deliveryOf(error, { runtime: 'bun', method: 'PATCH' })).toBe('never-sent');
  expect(deliveryOf(error, { runtime: 'bun', method: 'PUT', streamBody: true })).toBe('unknown');
});

test.each(bunProofs)("in Bun, %s proves nothing after Bun's own resend or a redirect", (_code, error) => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'post']) {
    expect(deliveryOf(error, { runtime: 'bun', method }), method).toBe('unknown');
  }
  expect(deliveryOf(error, { runtime: 'bun' })).toBe('unknown');
  expect(deliveryOf(error, { runtime: 'bun', method: 'POST', redirected: true })).toBe('unknown');
});

test.each([
  ['a reset', bun('ECONNRESET', 'The socket connection was closed unexpectedly.')],
  ['a failed TLS handshake, also seen after processing', bun('EPROTO', 'EPROTO: The TLS handshake failed.')],
  ['ETIMEDOUT in other words', bun('ETIMEDOUT', 'The operation timed out.')],
  ["another API's refusal, by its call", Object.assign(bun('ECONNREFUSED'), { syscall: 'write' })],
  ["another API's refusal, by its number", Object.assign(bun('ECONNREFUSED'), { errno: -111 })],
  ['a malformed response', bun('Malformed_HTTP_Response', 'Malformed_HTTP_Response')],
  ['an abort', failure({ name: 'AbortError', code: 'ECONNREFUSED', message: 'The operation was aborted.' })],
  [
    'REFUSED_STREAM, which Bun does not speak',
    failure({ code: 'ERR_HTTP2_STREAM_ERROR', message: 'NGHTTP2_REFUSED_STREAM' }),
  ],
])('in Bun, %s proves nothing', (_title, error) => {
  expect(deliveryOf(error, { runtime: 'bun', method: 'POST' })).toBe('unknown');
});

const url = 'error sending request for url (http://127.0.0.1:9999/):';
const deno = (words: string) =>
  new TypeError('error sending request', { cause: failure({ message: `${url} ${words}` }) });
const denoProofs = [
  ['never-sent', deno('client error (Connect): tcp connect error: Connection refused (os error 111)')],
  ['never-sent', deno('client error (Connect): dns error: failed to lookup address information')],
  [
    'refused',
    deno(
      'client error (SendRequest): http2 error: stream error received: refused stream before processing any application logic',
    ),
  ],
] as const;

test.each(denoProofs)('in Deno, a stream body is %s when the message says so', (delivery, error) => {
  expect(deliveryOf(error, { runtime: 'deno', method: 'POST', streamBody: true })).toBe(delivery);
});

test.each(denoProofs)('in Deno, nothing is %s after a possible earlier send or a redirect', (_delivery, error) => {
  for (const method of ['GET', 'POST', 'PUT']) {
    expect(deliveryOf(error, { runtime: 'deno', method }), method).toBe('unknown');
  }
  expect(deliveryOf(error, { runtime: 'deno', method: 'POST', streamBody: true, redirected: true })).toBe('unknown');
});

test.each([
  ['a cut connection', deno('client error (SendRequest): connection closed before message completed')],
  ['a TLS alert', deno('client error (SendRequest): received fatal alert: HandshakeFailure')],
  ['a URL with the words in it', failure({ message: `for url (http://x/%20client%20error%20(Connect):%20): reset` })],
  [
    "the failure of the caller's own stream",
    new TypeError('Failed to fetch: request body stream errored', { cause: denoProofs[0][1] }),
  ],
  ["Node's refusal", fetchFailed(failure({ syscall: 'connect', code: 'ECONNREFUSED' }))],
  ['an abort', failure({ name: 'AbortError', message: 'x client error (Connect): x' })],
])('in Deno, %s proves nothing', (_title, error) => {
  expect(deliveryOf(error, { runtime: 'deno', method: 'POST', streamBody: true })).toBe('unknown');
});
