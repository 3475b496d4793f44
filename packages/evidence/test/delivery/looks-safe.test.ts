import { expect, test } from 'vitest';
import { deliveryOf } from '../../src/delivery/delivery-of.ts';
import { connectFailure, failure, fetchFailed } from './failures.ts';

const socket = 'UND_ERR_SOCKET';
const streamError = (name: string) => ({
  code: 'ERR_HTTP2_STREAM_ERROR',
  message: `Stream closed with error code ${name}`,
});

const inNode: readonly (readonly [string, unknown])[] = [
  // Each of these was also seen after the request had been processed, or half received.
  ['a reset without syscall', failure({ code: 'ECONNRESET', message: 'socket hang up' })],
  ['read ECONNRESET', failure({ code: 'ECONNRESET', syscall: 'read', message: 'read ECONNRESET' })],
  ['write ECONNRESET', failure({ code: 'ECONNRESET', syscall: 'write', message: 'write ECONNRESET' })],
  ['write EPIPE', failure({ code: 'EPIPE', syscall: 'write', message: 'write EPIPE' })],
  ['read ETIMEDOUT', failure({ code: 'ETIMEDOUT', syscall: 'read', message: 'read ETIMEDOUT' })],
  ['ETIMEDOUT alone', failure({ code: 'ETIMEDOUT', message: 'timed out' })],
  ['a code that is the name of a call', failure({ code: 'connect' })],
  ['a call that is the name of a code', failure({ syscall: 'UND_ERR_CONNECT_TIMEOUT' })],
  ['ECONNREFUSED alone', failure({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' })],
  ['write EPROTO', failure({ code: 'EPROTO', syscall: 'write', message: 'write EPROTO' })],
  ['other side closed', failure({ code: socket, message: 'other side closed' })],
  ['a socket error with no byte written', Object.assign(failure({ code: socket }), { socket: { bytesWritten: 0 } })],
  ['a TLS alert', failure({ code: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', message: 'ssl alert' })],
  ['an internal TLS alert', failure({ code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', message: 'ssl alert' })],
  ['a wrong TLS version', failure({ code: 'ERR_SSL_WRONG_VERSION_NUMBER', message: 'wrong version number' })],
  ['GOAWAY as a socket error', failure({ code: socket, message: 'HTTP/2: "GOAWAY" frame received with code 0' })],
  [
    'an HTTP/2 stream cut',
    failure({ code: 'UND_ERR_INFO', message: 'HTTP/2: stream closed before the response was complete' }),
  ],
  ['an HTTP/2 stream half closed', failure({ code: 'UND_ERR_INFO', message: 'HTTP/2: stream half-closed (remote)' })],
  ...['HTTP_1_1_REQUIRED', 'ENHANCE_YOUR_CALM', 'INTERNAL_ERROR', 'CANCEL', 'PROTOCOL_ERROR'].map(
    (name) => [`the HTTP/2 code ${name}`, failure(streamError(`NGHTTP2_${name}`))] as const,
  ),
  [
    'an HTTP/2 session error',
    failure({ code: 'ERR_HTTP2_SESSION_ERROR', message: 'Session closed with error code 7' }),
  ],
  [
    'an invalid HTTP/2 session',
    failure({ code: 'ERR_HTTP2_INVALID_SESSION', message: 'The session has been destroyed' }),
  ],
  [
    'a parser error',
    failure({ name: 'HTTPParserError', code: 'HPE_INVALID_CONSTANT', message: 'Response does not match' }),
  ],
  ['a headers timeout', failure({ code: 'UND_ERR_HEADERS_TIMEOUT', message: 'Headers Timeout Error' })],
  ['headers that are too large', failure({ code: 'UND_ERR_HEADERS_OVERFLOW', message: 'Headers Overflow Error' })],
  ['a wrong response length', failure({ code: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' })],
  ['a wrong request length', failure({ code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' })],
  ['the name of a certificate code in a longer one', failure({ code: 'X_CERT_HAS_EXPIRED' })],
  ...['bad port', 'unknown scheme', 'unexpected redirect', 'redirect count exceeded'].map(
    (message) => [message, failure({ message })] as const,
  ),
  ['an AggregateError of which one member was sent', new AggregateError([connectFailure(), failure({ code: socket })])],
  [
    "an AggregateError with its first member's code",
    Object.assign(new AggregateError([connectFailure(), new Error('x')]), { code: 'ECONNREFUSED', syscall: 'connect' }),
  ],
  [
    'an AggregateError with a refused member',
    new AggregateError([connectFailure(), failure(streamError('NGHTTP2_REFUSED_STREAM'))]),
  ],
  ['an empty AggregateError', new AggregateError([])],
  ['an AggregateError with a hole', { errors: Object.assign([connectFailure()], { length: 2 }) }],
  ['an empty AggregateError above a proof', new AggregateError([], '', { cause: connectFailure() })],
  ['a socket error above a proof', failure({ code: socket }, connectFailure())],
  ['a read above a proof', failure({ syscall: 'read', code: 'ECONNRESET' }, connectFailure())],
  ["msw's HttpResponse.error()", Response.error()],
  [
    'an ended tunnel of another kind',
    failure({ name: 'AbortError', code: 'UND_ERR_ABORTED', message: 'Request aborted' }),
  ],
  ['an abort', new DOMException('This operation was aborted', 'AbortError')],
  ['a timeout', new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
  ["got's timeout", failure({ name: 'TimeoutError', code: 'ETIMEDOUT' }, connectFailure())],
  ["axios's abort", failure({ name: 'CanceledError', code: 'ERR_CANCELED', message: 'canceled' }, connectFailure())],
  ["node:http's abort, with its reason", failure({ name: 'AbortError', code: 'ABORT_ERR' }, connectFailure())],
  ['a bare TypeError', new TypeError('fetch failed')],
  ['a string', 'ECONNREFUSED'],
  ['nothing', undefined],
];

test.each(inNode)('in Node, %s proves nothing', (_title, error) => {
  expect(deliveryOf(error, { runtime: 'node', method: 'POST' })).toBe('unknown');
  expect(deliveryOf(fetchFailed(error), { runtime: 'node', method: 'POST' })).toBe('unknown');
});

test('a refusal while reading the response proves nothing', () => {
  const error = new TypeError('terminated', { cause: failure(streamError('NGHTTP2_REFUSED_STREAM')) });

  expect(deliveryOf(error, { runtime: 'node' })).toBe('unknown');
});

test.each([
  ['chromium', new TypeError('Failed to fetch')],
  ['firefox', new TypeError('NetworkError when attempting to fetch resource.')],
  ['safari', new TypeError('Load failed')],
  ['workerd', Object.assign(new Error('Network connection lost.'), { retryable: true })],
  ['workerd', Object.assign(new Error('internal error; reference = abc'), { retryable: true, overloaded: true })],
  ['unknown', fetchFailed(connectFailure())],
] as const)('in %s, no error proves anything: %s', (runtime, error) => {
  expect(deliveryOf(error, { runtime, method: 'POST' })).toBe('unknown');
  expect(deliveryOf(fetchFailed(connectFailure()), { runtime, method: 'POST', streamBody: true })).toBe('unknown');
});
