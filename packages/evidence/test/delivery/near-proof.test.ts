import { expect, test } from 'vitest';
import { deliveryOf } from '../../src/delivery/delivery-of.ts';
import type { Runtime } from '../../src/delivery/detect-runtime.ts';
import { connectFailure, type FailureFields, failure, fetchFailed } from './failures.ts';

const aborted = (cause: unknown) => failure({ name: 'AbortError', message: 'This operation was aborted' }, cause);
const tunnel = 'Proxy response (403) !== 200 when HTTP Tunneling';

test.each<[string, Runtime, unknown]>([
  ['an abort around a refused connection', 'bun', aborted(failure({ code: 'ECONNREFUSED' }))],
  ['an abort around a refused connection', 'deno', aborted(failure({ message: 'x client error (Connect): y' }))],
  ['an abort around a refused connection', 'node', aborted(connectFailure())],
  [
    "a proxy's refusal with another code",
    'node',
    failure({ name: 'AbortError', code: 'UND_ERR_OTHER', message: tunnel }),
  ],
  [
    "a proxy's refusal in words that go on",
    'node',
    failure({ name: 'AbortError', code: 'UND_ERR_ABORTED', message: `${tunnel}, or so` }),
  ],
  [
    "a proxy's refusal in words that begin earlier",
    'node',
    failure({ name: 'AbortError', code: 'UND_ERR_ABORTED', message: `Not: ${tunnel}` }),
  ],
  ['a stream that was canceled later', 'node', failure({ code: 'ERR_HTTP2_STREAM_CANCEL', message: 'canceled' })],
  [
    'another code in the words of a connect timeout',
    'bun',
    failure({ code: 'ECONNRESET', message: 'Unable to connect. Is the computer able to access the url?' }),
  ],
  ['a read that timed out', 'bun', failure({ code: 'ETIMEDOUT', message: 'read timed out' })],
  ['a refused connection of another API', 'bun', failure({ code: 'ECONNREFUSED', errno: -111 })],
  [
    "REFUSED_STREAM in another error's words",
    'node',
    failure({ code: 'ERR_OTHER', message: 'Stream closed with error code NGHTTP2_REFUSED_STREAM' }),
  ],
  [
    "a stream that was canceled early, in another error's words",
    'node',
    failure({ code: 'ERR_OTHER', message: 'The pending stream has been canceled (caused by: )' }),
  ],
  ["Bun's refused connection", 'workerd', failure({ code: 'ECONNREFUSED', errno: 0 })],
  ["Bun's refused connection", 'chromium', failure({ code: 'ECONNREFUSED', errno: 0 })],
])('%s proves nothing in %s', (_title, runtime, error) => {
  expect(deliveryOf(error, { runtime, method: 'POST', streamBody: runtime === 'deno' })).toBe('unknown');
});

test.each<Runtime>(['node', 'bun', 'chromium'])("Deno's words prove nothing of a stream in %s", (runtime) => {
  const error = failure({ message: 'x client error (Connect): y' });

  expect(deliveryOf(error, { runtime, method: 'POST', streamBody: true })).toBe('unknown');
  expect(deliveryOf(error, { runtime: 'deno', method: 'POST', streamBody: true })).toBe('never-sent');
});

test.each<[string, FailureFields]>([
  ["that is named almost as an abort's", { name: 'AbortErrors' }],
  ["whose code has undici's prefix inside", { code: 'MY_UND_ERR_SOCKET' }],
  ['whose call has the name of another one inside', { syscall: 'pread' }],
])('an error %s says no last word: its cause proves', (_, fields) => {
  expect(deliveryOf(failure(fields, connectFailure()), { runtime: 'node' })).toBe('never-sent');
});

test("an error chain that can't be read to its end proves nothing", () => {
  const cause = {
    get code(): string {
      throw new Error('no');
    },
  };

  expect(deliveryOf({ syscall: 'connect', cause }, { runtime: 'node' })).toBe('unknown');
});

test('the last of 64 links is read, and no further one', () => {
  const below = (depth: number): unknown =>
    Array.from({ length: depth }).reduce((cause) => new Error('', { cause }), connectFailure());

  expect(deliveryOf(below(63), { runtime: 'node' })).toBe('never-sent');
  expect(deliveryOf(below(64), { runtime: 'node' })).toBe('unknown');
});

test("a proxy that refuses the tunnel is proof, below fetch's own error", () => {
  const cancelled = failure({ name: 'AbortError', message: 'Request was cancelled.' }, undefined);
  Object.assign(cancelled, { cause: failure({ name: 'AbortError', code: 'UND_ERR_ABORTED', message: tunnel }) });

  expect(deliveryOf(fetchFailed(cancelled), { runtime: 'node' })).toBe('never-sent');
});
