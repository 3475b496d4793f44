import { expect, test } from 'vitest';
import type { Runtime } from '../../src/delivery/detect-runtime.ts';
import { failureKindOf } from '../../src/delivery/failure-kind-of.ts';
import { connectFailure, failure, fetchFailed, kyNetworkError } from './failures.ts';

const bun = (code: string) => Object.assign(new TypeError('x'), { code });

const mistakes: readonly (readonly [Runtime, string, unknown])[] = [
  ['node', 'a URL', new TypeError('Failed to parse URL from /x', { cause: failure({ code: 'ERR_INVALID_URL' }) })],
  ['node', 'a header', new TypeError('Headers.append: "a b" is an invalid header name.')],
  ['node', 'a method', new TypeError("'a b' is not a valid HTTP method.")],
  ['node', 'a body on GET', new TypeError('Request with GET/HEAD method cannot have body.')],
  ['node', 'a used body', new TypeError('Body is unusable: Body has already been read')],
  ['node', 'a port', fetchFailed(new Error('bad port'))],
  ['node', 'a scheme', fetchFailed(new Error('unknown scheme'))],
  ['node', 'the expect header', fetchFailed(failure({ code: 'UND_ERR_NOT_SUPPORTED' }))],
  [
    'node',
    'the upgrade header',
    fetchFailed(failure({ code: 'UND_ERR_INVALID_ARG', message: 'invalid upgrade header' })),
  ],
  ['node', 'the length', fetchFailed(failure({ code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' }))],
  ['bun', 'a URL', bun('ERR_INVALID_URL')],
  ['bun', 'a scheme', bun('ERR_INVALID_ARG_VALUE')],
  ['bun', 'a header', new TypeError("Header 'a b' has invalid name")],
  ['deno', 'a URL', new TypeError("Invalid URL: '/x'")],
  ['deno', 'a port', new TypeError('Fetch failed: Requests to port 6667 are not allowed')],
  ['deno', 'a scheme', new TypeError("Url scheme 'foo' not supported")],
  ['workerd', 'a URL', new TypeError('Invalid URL: /x')],
  ['chromium', 'a URL', new TypeError("Failed to execute 'fetch' on 'Window': Failed to parse URL from http://")],
  ['chromium', 'a method', new TypeError("Failed to construct 'Request': 'a b' is not a valid HTTP method.")],
  ['firefox', 'a URL', new TypeError('Window.fetch: http:// is not a valid URL.')],
  ['firefox', 'a body on GET', new TypeError('Request constructor: HEAD or GET Request cannot have a body.')],
];

test.each(mistakes)("in %s, %s may be the programmer's error", (runtime, _title, error) => {
  expect(failureKindOf(error, runtime)).toBe('programmer-error');
});

test.each<[Runtime, string, unknown]>([
  ['node', 'a refused connection', fetchFailed(connectFailure())],
  ['node', 'a failed fetch without cause', new TypeError('fetch failed')],
  ['node', 'a TypeError about something else that failed', new TypeError('x', { cause: connectFailure() })],
  ['node', 'a cut response', new TypeError('terminated')],
  ['node', "a browser's failure in a mock", new TypeError('Failed to fetch')],
  ['node', "msw's error", fetchFailed(Response.error())],
  ['node', "ky's error", kyNetworkError(fetchFailed(connectFailure()))],
  ['node', 'an error with a 5xx status', Object.assign(new Error('HTTP 503'), { status: 503 })],
  ['node', 'an error with a status that may pass', Object.assign(new Error('HTTP 429'), { status: 429 })],
  ['node', 'an error with a status of 399', Object.assign(new Error('x'), { status: 399 })],
  ['node', 'an error with a status of 500', Object.assign(new Error('x'), { statusCode: 500 })],
  ['node', 'an error with a status that is no number', Object.assign(new Error('x'), { status: '404' })],
  ['node', "a 407 in another client's words", fetchFailed(failure({ code: 'EOTHER', message: 'got 407' }))],
  ['node', 'the words for a blocked port with a code', fetchFailed(failure({ code: 'EOTHER', message: 'bad port' }))],
  ['node', "a browser's other failure in a mock", new TypeError('network error')],
  ['node', "React Native's failure in a mock", new TypeError('Network request failed')],
  ['node', "Safari's failure in a mock", new TypeError('The Internet connection appears to be offline.')],
  ['node', "Firefox's failure in a mock", new TypeError('NetworkError when attempting to fetch resource.')],
  ['bun', 'a refused connection', bun('ECONNREFUSED')],
  ['deno', 'a refused connection', new TypeError('error sending request', { cause: new Error('x') })],
  ['workerd', 'a lost connection', new Error('Network connection lost.')],
  ['chromium', 'a failed fetch', new TypeError('Failed to fetch')],
  ['firefox', 'a failed fetch', new TypeError('NetworkError when attempting to fetch resource.')],
  ['safari', 'a failed fetch', new TypeError('Load failed')],
  ['safari', 'what nobody measured', new TypeError('Something else')],
  ['unknown', 'a string', 'x'],
  ['node', 'nothing', undefined],
])('in %s, %s counts as the network', (runtime, _title, error) => {
  expect(failureKindOf(error, runtime)).toBe('network');
});

test.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('%s is about the certificate', (code) => {
  expect(failureKindOf(fetchFailed(failure({ code })), 'node')).toBe('certificate');
  expect(failureKindOf(failure({ code }), 'bun')).toBe('certificate');
});

const used = new Request('http://127.0.0.1:9999/', { method: 'POST', body: 'x' });
await used.text();

test.each<[string, () => Promise<unknown>]>([
  ['a relative URL', () => fetch('/x')],
  ['a header name', () => fetch('http://127.0.0.1:9999/', { headers: { 'a b': 'c' } })],
  ['a method', () => fetch('http://127.0.0.1:9999/', { method: 'a b' })],
  ['a body on GET', () => fetch('http://127.0.0.1:9999/', { body: 'x' })],
  ['a used body', () => fetch(used)],
  ['a blocked port', () => fetch('http://127.0.0.1:6667/')],
  ['an unknown scheme', () => fetch('foo:bar')],
  ['a file', () => fetch('file:///x')],
  ['an expect header', () => fetch('http://127.0.0.1:9999/', { headers: { expect: '100-continue' } })],
  ['an upgrade header', () => fetch('http://127.0.0.1:9999/', { headers: { upgrade: 'x' } })],
])("Node's fetch rejects %s as the programmer's error", async (_title, send) => {
  const error: unknown = await send().catch((reason: unknown) => reason);

  expect(failureKindOf(error)).toBe('programmer-error');
});

const httpError = (members: object) => Object.assign(new Error('HTTP'), members);

test.each<[string, unknown]>([
  ['a redirect loop', fetchFailed(new Error('redirect count exceeded'))],
  ["a redirect with `redirect: 'error'`", fetchFailed(new Error('unexpected redirect'))],
  ['an integrity mismatch', fetchFailed(new Error('integrity mismatch'))],
  [
    'a proxy that asks for credentials, undici 7',
    fetchFailed(failure({ code: 'UND_ERR_INVALID_ARG', message: 'Proxy Authentication Required (407)' })),
  ],
  [
    'a proxy that asks for credentials, undici 8',
    fetchFailed(failure({ code: 'UND_ERR_ABORTED', message: 'Proxy response (407) !== 200 when HTTP Tunneling' })),
  ],
  ['a proxy that asks for credentials, Bun', failure({ code: 'ERR_PROXY_TUNNEL', message: 'proxy said 407' })],
  ['a 404 that a wrapped client threw', httpError({ status: 404 })],
  ['a 400', httpError({ statusCode: 400 })],
  ['a 499', httpError({ response: { status: 499 } })],
])('%s stays the same', (_title, error) => {
  expect(failureKindOf(error, 'node')).toBe('permanent');
});

test.each([408, 409, 421, 425, 429, 500])('a thrown %i may pass', (status) => {
  expect(failureKindOf(httpError({ status }), 'node')).toBe('network');
});

test('a status that cannot be read says nothing', () => {
  const hostile = Object.defineProperty(new Error('x'), 'status', {
    get() {
      throw new Error('no');
    },
  });

  expect(failureKindOf(hostile, 'node')).toBe('network');
});
