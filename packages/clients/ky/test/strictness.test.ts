import { wrapFetch } from '@twicesafe/fetch';
import { hang, Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import ky, { type Options } from 'ky';
import { expect, test } from 'vitest';
import { type KyRetryOptions, keys, reportOf, type WrappedOptions, wrapKy } from '../src/index.ts';
import { stageFor } from './support.ts';

const VETO = { action: 'stop', reason: 'caller-veto' };

test.each<[string, KyRetryOptions, object]>([
  ['methods', { methods: ['get'] }, VETO],
  ['methods in upper case', { methods: ['GET' as 'get'] }, VETO],
  ['statusCodes', { statusCodes: [500] }, VETO],
  ['shouldRetry', { shouldRetry: () => false }, VETO],
  ['an asynchronous shouldRetry', { shouldRetry: async () => false }, VETO],
  ['maxRetryAfter', { maxRetryAfter: 20 }, { action: 'stop', reason: 'pushback-too-long' }],
  ['maxRetryAfter of zero', { maxRetryAfter: 0 }, { action: 'stop', reason: 'pushback-too-long' }],
  ['maxAttempts', { maxAttempts: 1 }, { action: 'stop', reason: 'attempts-exhausted' }],
  ['limit', { limit: 0 }, { action: 'stop', reason: 'attempts-exhausted' }],
  ['the smaller of limit and maxAttempts', { limit: 5, maxAttempts: 1 }, { reason: 'attempts-exhausted' }],
])('%s can forbid a retry that the policy allows', async (_, retry, decision) => {
  await using stage = await stageFor();
  stage.origin.plays(status(503, { headers: { 'retry-after-ms': '30' } }));

  const error = await rejectionOf(stage.api.put('orders/7', { json: {}, retry }));

  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(error)?.decision).toMatchObject(decision);
});

test.each<[string, KyRetryOptions]>([
  ['methods', { methods: ['post'] }],
  ['statusCodes', { statusCodes: [503] }],
  ['shouldRetry', { shouldRetry: () => true }],
  ['retryOnTimeout', { retryOnTimeout: true }],
  ['an undefined option', { limit: undefined as never }],
])('%s cannot allow a retry that the policy forbids', async (_, retry) => {
  await using stage = await stageFor();
  stage.origin.plays(status(503));

  await rejectionOf(stage.api.post('orders', { json: {}, retry }));

  expect(stage.origin.requests).toHaveLength(1);
});

test('maxRetryAfter cannot allow a longer wait than maxPushbackMs', async () => {
  await using stage = await stageFor({}, { maxPushbackMs: 20 });
  stage.origin.plays(status(503, { headers: { 'retry-after-ms': '30' } }));

  const error = await rejectionOf(stage.api.get('orders', { retry: { maxRetryAfter: 1000 } }));

  expect(reportOf(error)?.decision).toMatchObject({ reason: 'pushback-too-long' });
});

test.each<[string, KyRetryOptions | number, number]>([
  ['a limit below maxAttempts', { limit: 1, maxAttempts: 5 }, 2],
  ['maxAttempts below the limit', { limit: 4, maxAttempts: 3 }, 3],
  ['maxAttempts alone', { maxAttempts: 2 }, 2],
  ['a limit beyond all measure', 100_000, 9],
])('how often: %s', async (_, retry, requests) => {
  await using stage = await stageFor();
  stage.origin.plays(...Array.from({ length: 8 }, () => status(503)));

  await stage.api.get('orders', { retry }).catch(() => {});

  expect(stage.origin.requests).toHaveLength(requests);
});

test.each(['BREW', 'brew'])('a method of its own is sent again if it is harmless: %s', async (method) => {
  await using stage = await stageFor();
  stage.origin.plays(status(503));

  await stage.api('orders', { method, retry: { idempotent: true } });

  expect(stage.origin.requests.map((request) => request.method)).toEqual([method, method]);
});

test('retryOnTimeout: false forbids nothing after another failure', async () => {
  await using stage = await stageFor();
  stage.origin.plays(processThenReset());

  await stage.api.put('orders/7', { retry: { retryOnTimeout: false } });

  expect(stage.origin.requests).toHaveLength(2);
});

test.each<[string, KyRetryOptions]>([
  ['POST', { idempotent: true }],
  ['GET', {}],
])('a %s that is harmless without a key is sent again in mode no-cors', async (method, retry) => {
  await using stage = await stageFor();
  stage.origin.plays(status(503));

  await stage.api('orders', { method, mode: 'no-cors', retry });

  expect(stage.origin.requests).toHaveLength(2);
});

test('shouldRetry of a call is asked only about retries that may follow', async () => {
  let asked = 0;
  const shouldRetry = () => asked++ > 0;
  await using stage = await stageFor();
  stage.origin.plays(status(503));

  const error = await rejectionOf(stage.api.post('orders', { retry: { shouldRetry } }));

  expect(asked).toBe(0);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'not-repeatable' });
});

test.each([
  [false, 1],
  [true, 2],
])('retryOnTimeout: %s sends %i requests', async (retryOnTimeout, requests) => {
  await using stage = await stageFor({ timeout: 500 });
  stage.origin.plays(hang());

  const settled: unknown = await stage.api
    .put('orders/7', { json: {}, retry: { retryOnTimeout } })
    .catch((error: unknown) => error);

  expect(stage.origin.requests).toHaveLength(requests);
  expect(reportOf(settled)?.attempts[0]).toMatchObject({ outcome: { kind: 'attempt-timeout' } });
});

test('an instance that forbids retries wins over a call without options', async () => {
  await using stage = await stageFor({ retry: { methods: ['get'], limit: 4 } });
  stage.origin.plays(status(503), status(503));

  await rejectionOf(stage.api.put('orders/7', { json: {} }));
  await stage.api.get('orders/7');

  expect(stage.origin.requests.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET']);
});

test.each<[string, object, RegExp]>([
  ['delay', { delay: () => 5 }, /retry\.delay has no effect with wrapKy: set backoff/],
  ['jitter', { jitter: true }, /retry\.jitter has no effect .*backoff/],
  ['backoffLimit', { backoffLimit: 1000 }, /retry\.backoffLimit has no effect .*backoffs.exponential/],
  ['afterStatusCodes', { afterStatusCodes: [503] }, /retry\.afterStatusCodes has no effect .*maxPushbackMs/],
])('%s is refused, by call and by instance, and the error names the alternative', async (_, retry, message) => {
  await using stage = await stageFor();

  expect(() => stage.api.get('orders', { retry } as WrappedOptions)).toThrow(message);
  expect(() => wrapKy(ky.create({ retry } as Options))).toThrow(message);
  expect(stage.origin.requests).toHaveLength(0);
});

test.each<[string, unknown]>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['a string', 'twice'],
  ['an array', [2]],
  ['methods: a string', { methods: 'get' }],
  ['statusCodes: a string', { statusCodes: 'x' }],
  ['limit: negative', { limit: -1 }],
  ['limit: a string', { limit: '2' }],
  ['limit: a string, with maxAttempts', { limit: '9', maxAttempts: 2 }],
  ['limit: no whole number', { limit: 1.5 }],
  ['a negative number', -1],
  ['NaN', Number.NaN],
])('a retry option that ky refuses is refused by ky: %s', (_, retry) => {
  const thrownBy = (api: { get(url: string, options: object): unknown }) => {
    try {
      return api.get('http://127.0.0.1:9/', { retry });
    } catch (error) {
      return String(error);
    }
  };

  const expected = thrownBy(ky);

  expect(typeof expected).toBe('string');
  expect(thrownBy(wrapKy(ky))).toBe(expected);
});

test.each<[object, RegExp]>([
  [{ maxRetryAfter: '5' }, /retry\.maxRetryAfter must be a number of milliseconds, not 5/],
  [{ maxRetryAfter: -1 }, /retry\.maxRetryAfter must be a number of milliseconds, not -1/],
  [{ maxRetryAfter: Number.NaN }, /retry\.maxRetryAfter must be a number/],
  [{ maxAttempts: 0 }, /retry\.maxAttempts must be a whole number from 1/],
  [{ deadlineMs: -5 }, /retry\.deadlineMs must be a number from 1/],
  [{ limit: 2, idempotant: true }, /retry has no member "idempotant"/],
  [{ idempotencyKey: 5 }, /retry\.idempotencyKey must be a string/],
])('an invalid value is refused by name before anything is sent: %o', async (retry, message) => {
  await using stage = await stageFor();

  expect(() => stage.api.get('orders', { retry } as WrappedOptions)).toThrow(message);
  expect(stage.origin.requests).toHaveLength(0);
});

test('members that neither ky nor twicesafe knows are passed over, as ky does', async () => {
  await using stage = await stageFor();

  expect((await stage.api.get('orders', { retry: { note: 'mine' } as KyRetryOptions })).status).toBe(200);
});

test("a policy inside forbids retries for ky too, and attempts don't multiply", async () => {
  await using origin = await Origin.listen();
  const careful = wrapFetch({ rules: [{ method: 'PUT', repeat: 'never' }], backoff: () => 1 });
  const closure: typeof fetch = (input, init) => careful(input, init);

  for (const fetch of [careful as typeof globalThis.fetch, closure]) {
    const api = wrapKy(ky.create({ fetch }), { backoff: () => 1 });
    origin.plays(status(503), status(503), status(503), status(503));
    await rejectionOf(api.put(origin.url, { json: {} }));
    await rejectionOf(api.get(origin.url));
  }

  expect(origin.requests.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET', 'GET', 'PUT', 'GET', 'GET', 'GET']);
});

test("inside a wrapped fetch, ky sends once per attempt with the policy's key", async () => {
  await using origin = await Origin.listen();
  const idempotencyKey = keys.custom({ header: 'Idempotency-Key' });
  const api = wrapKy(ky, { backoff: () => 1, originGate: 'all', idempotencyKey });
  const responding = async (input: string, init?: RequestInit): Promise<Response> => {
    try {
      return await api(input, init as WrappedOptions);
    } catch (error) {
      return (error as { response: Response }).response;
    }
  };
  const outer = wrapFetch(responding, { backoff: () => 1 });
  origin.plays(...Array.from({ length: 12 }, () => status(503)));

  expect((await outer(origin.url, { method: 'PUT' })).status).toBe(503);
  expect((await outer(origin.url, { method: 'POST' })).status).toBe(503);

  expect(origin.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT', 'POST']);
  expect(origin.requests.at(-1)?.headers['idempotency-key']).toBeDefined();
});
