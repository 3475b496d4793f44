import { expect, test } from 'vitest';
import { deliveryOf } from '../../src/delivery/delivery-of.ts';
import { connectFailure, failure, fetchFailed, kyNetworkError } from './failures.ts';

const notSecured = 'Client network socket disconnected before secure TLS connection was established';
const tunnelRefused = {
  name: 'AbortError',
  code: 'UND_ERR_ABORTED',
  message: 'Proxy response (403) !== 200 when HTTP Tunneling',
};
const certificateCodes = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

const neverSent: readonly (readonly [string, unknown])[] = [
  ...['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EACCES', 'ETIMEDOUT', 'ECONNRESET'].map(
    (code) => [`connect ${code}`, connectFailure(code)] as const,
  ),
  ...['ENOTFOUND', 'EAI_AGAIN'].map(
    (code) =>
      [`getaddrinfo ${code}`, failure({ message: `getaddrinfo ${code} x`, code, syscall: 'getaddrinfo' })] as const,
  ),
  ...certificateCodes.map(
    (code) => [`the certificate code ${code}`, failure({ message: 'certificate', code })] as const,
  ),
  [
    'a connect timeout of undici',
    failure({ name: 'ConnectTimeoutError', message: 'Connect Timeout Error', code: 'UND_ERR_CONNECT_TIMEOUT' }),
  ],
  [
    'a connect timeout around an AggregateError (Node 26)',
    failure(
      { message: 'Connect Timeout Error', code: 'UND_ERR_CONNECT_TIMEOUT' },
      new AggregateError([new Error('x')]),
    ),
  ],
  ['a TLS connection closed before it was secure', failure({ message: notSecured, code: 'ECONNRESET' })],
  [
    'a pending HTTP/2 stream that was cancelled',
    failure({ message: 'The pending stream has been canceled (caused by: x)', code: 'ERR_HTTP2_STREAM_CANCEL' }),
  ],
  [
    'a stream on a session after GOAWAY',
    failure({ message: 'New streams cannot be created after receiving a GOAWAY', code: 'ERR_HTTP2_GOAWAY_SESSION' }),
  ],
  ['a proxy that refused the tunnel', failure(tunnelRefused)],
  [
    'a proxy that refused the tunnel, through fetch',
    failure({ name: 'AbortError', message: 'Request was cancelled.' }, failure(tunnelRefused)),
  ],
  [
    'a secure proxy that could not be reached',
    failure({ message: 'Secure Proxy Connection failed', code: 'UND_ERR_PRX_CONN' }),
  ],
  ['a refused connection whose cause is null', Object.assign(connectFailure(), { cause: null })],
  ['two addresses that both failed', new AggregateError([connectFailure('ETIMEDOUT'), connectFailure()])],
];

const refused: readonly (readonly [string, unknown])[] = [
  [
    'REFUSED_STREAM',
    failure({ message: 'Stream closed with error code NGHTTP2_REFUSED_STREAM', code: 'ERR_HTTP2_STREAM_ERROR' }),
  ],
  [
    'GOAWAY below our stream',
    failure({ message: 'HTTP/2: "GOAWAY" frame received with code 0', code: 'UND_ERR_INFO' }),
  ],
];

const proved = [
  ...neverSent.map(([title, error]) => [title, 'never-sent', error] as const),
  ...refused.map(([title, error]) => [title, 'refused', error] as const),
];

test.each(proved)('in Node, %s proves %s', (_title, delivery, error) => {
  expect(deliveryOf(error, { runtime: 'node' })).toBe(delivery);
  expect(deliveryOf(fetchFailed(error), { runtime: 'node' })).toBe(delivery);
  expect(deliveryOf(kyNetworkError(fetchFailed(error)), { runtime: 'node' })).toBe(delivery);
});

test.each(proved)('in Node after a redirect, %s no longer proves %s', (_title, _delivery, error) => {
  expect(deliveryOf(fetchFailed(error), { runtime: 'node', redirected: true })).toBe('unknown');
});

// fetch reports the failure of the caller's stream in the same words: see node-fetch.test.ts.
test.each(proved)('in Node with a stream as body, %s no longer proves %s', (_title, _delivery, error) => {
  expect(deliveryOf(fetchFailed(error), { runtime: 'node', streamBody: true })).toBe('unknown');
});

test.each(['bun', 'deno', 'workerd', 'chromium', 'firefox', 'safari', 'unknown'] as const)(
  'in %s, a proof that only Node gives is unknown',
  (runtime) => {
    for (const [title, error] of proved) {
      expect(deliveryOf(fetchFailed(error), { runtime, method: 'GET' }), title).toBe('unknown');
    }
  },
);

test('plain records prove as much as real errors', () => {
  const record = { name: 'TypeError', message: 'fetch failed', cause: { code: 'ECONNREFUSED', syscall: 'connect' } };

  expect(deliveryOf(record, { runtime: 'node' })).toBe('never-sent');
});
