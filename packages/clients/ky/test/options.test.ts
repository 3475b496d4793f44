import { markWrapped } from '@twicesafe/evidence';
import { hang, Origin, status } from '@twicesafe/testing';
import ky, { isHTTPError, isTimeoutError } from 'ky';
import { expect, test } from 'vitest';
import { createRetryPolicy, reportOf, wrapKy } from '../src/index.ts';
import { stageFor } from './support.ts';

const failing = () => Array.from({ length: 9 }, () => status(503));

test.each([
  ['retry: 1 of the call', {}, { retry: 1 }, 2],
  ['retry: 0 of the call', {}, { retry: 0 }, 1],
  ['retry.limit of the call', {}, { retry: { limit: 3 } }, 4],
  ['retry of the instance', { retry: 4 }, {}, 5],
  ['the call before the instance', { retry: 4 }, { retry: { limit: 1 } }, 2],
  ['maxAttempts of the policy, if ky says nothing', {}, {}, 3],
])('how often: %s', async (_, defaults, options, requests) => {
  await using stage = await stageFor(defaults);
  stage.origin.plays(...failing());

  const error = await stage.api.get('orders', options).catch((reason: unknown) => reason);

  expect(isHTTPError(error) && error.response.status).toBe(503);
  expect(stage.origin.requests).toHaveLength(requests);
  expect(reportOf(error)?.attempts).toHaveLength(requests);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'attempts-exhausted' });
});

test('retry.shouldRetry of the caller can forbid a retry, and never allow one', async () => {
  await using stage = await stageFor();
  stage.origin.plays(status(503), status(503));

  await stage.api.get('orders', { retry: { shouldRetry: () => false } }).catch(() => {});
  await stage.api.post('orders', { retry: { shouldRetry: () => true } }).catch(() => {});

  expect(stage.origin.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
});

test('with throwHttpErrors off, a status is accepted as it is, as ky has it', async () => {
  await using stage = await stageFor({ throwHttpErrors: false });
  stage.origin.plays(status(503, { body: 'busy' }));

  const response = await stage.api.get('orders');

  expect(await response.text()).toBe('busy');
  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(response)).toMatchObject({ decision: { reason: 'accepted' } });
});

test("after ky's attempt timeout, a PUT is sent again and a POST isn't", async () => {
  await using stage = await stageFor({ timeout: 500 });
  stage.origin.plays(hang());
  expect((await stage.api.put('orders')).status).toBe(200);

  stage.origin.plays(hang());
  const error = await stage.api.post('orders').catch((reason: unknown) => reason);

  expect(isTimeoutError(error)).toBe(true);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ outcome: { kind: 'attempt-timeout' } }],
    effect: 'maybe-applied',
  });
  expect(stage.origin.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'POST']);
});

test("ky's totalTimeout is the deadline", async () => {
  await using stage = await stageFor({ totalTimeout: 2000 }, { backoff: () => 5000 });
  stage.origin.plays(status(503));

  const error = await stage.api.get('orders').catch((reason: unknown) => reason);

  expect(isHTTPError(error)).toBe(true);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'deadline-too-near' });
});

test("time spent in confirm doesn't count against ky's attempt timeout", async () => {
  await using stage = await stageFor(
    { throwHttpErrors: false, timeout: 500 },
    { confirm: () => new Promise((resolve) => setTimeout(resolve, 700, 'applied')) },
  );
  stage.origin.plays(status(500, { applies: true }));

  const response = await stage.api.post('orders');

  expect(response.status).toBe(500);
  expect(reportOf(response)).toMatchObject({ effect: 'applied', effectReason: 'confirmed' });
});

test('reports deadline-over when totalTimeout ends a retry wait', async () => {
  let waited = 0;
  const backoff = () => 0;
  await using stage = await stageFor({ totalTimeout: 500 }, { backoff });
  stage.origin.plays(status(503));
  const beforeRetry = () =>
    new Promise<void>((resolve) => {
      waited++;
      setTimeout(resolve, 1000);
    });

  const error = await stage.api
    .get('orders', { hooks: { beforeRetry: [beforeRetry] } })
    .catch((reason: unknown) => reason);

  expect(isTimeoutError(error)).toBe(true);
  expect(waited).toBe(1);
  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'deadline-over' });
});

test('extend and create give wrapped instances, and share the policy', async () => {
  await using origin = await Origin.listen();
  const policy = createRetryPolicy({ backoff: () => 1 });
  const api = wrapKy(ky, policy)
    .create({ baseUrl: origin.url })
    .extend({ headers: { 'x-team': 'orders' } });
  origin.plays(status(503));

  const order = await api.put('orders/7', { json: { amount: 3 } }).text();

  expect(order).toBe('ok');
  expect(origin.requests.map(({ method, target, headers, text }) => [method, target, headers['x-team'], text])).toEqual(
    [
      ['PUT', '/orders/7', 'orders', '{"amount":3}'],
      ['PUT', '/orders/7', 'orders', '{"amount":3}'],
    ],
  );
});

test('wrapping ky or its fetch twice multiplies no attempts', async () => {
  await using origin = await Origin.listen();
  const soon = { backoff: () => 1, maxAttempts: 2 };
  const wrappedFetch = markWrapped(() => Promise.reject(new Error('never asked')), {
    client: globalThis.fetch,
    policy: undefined,
  });

  for (const inner of [wrapKy(ky, soon), ky.create({ fetch: wrappedFetch })]) {
    origin.plays(...failing().slice(0, 2));
    await wrapKy(inner, soon)
      .get(origin.url)
      .catch(() => {});
  }

  expect(origin.requests).toHaveLength(4);
});

test('json() works as it does with ky, with its Accept header field', async () => {
  await using stage = await stageFor();
  stage.origin.plays(status(503), status(200, { body: '{"id":7}' }));

  expect(await stage.api.get('orders/7').json()).toEqual({ id: 7 });
  expect(stage.origin.requests[1]?.headers.accept).toBe('application/json');
});

test('a ky without init hooks is refused: a call could not be seen', () => {
  const old = Object.assign(() => Promise.resolve(), { extend: () => old, create: () => old });

  expect(() => wrapKy(old as never)).toThrow('wrapKy needs ky 2.0 or later');
});

test.each([
  ['no ky', [undefined], /wrapKy takes the ky instance/],
  ['options first', [{}, ky], /wrapKy takes the ky instance/],
  ['an unknown option', [ky, { maxRetries: 3 }], /no member "maxRetries"/],
  ['no attempts', [ky, { maxAttempts: 0 }], /maxAttempts must be a whole number from 1/],
])('bad input is refused at once: %s', (_, parameters, message) => {
  expect(() => (wrapKy as (...parameters: unknown[]) => unknown)(...parameters)).toThrow(message);
});
