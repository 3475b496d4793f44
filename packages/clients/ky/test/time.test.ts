import { hang, type RequestAct, rejectionOf, stalledBody, status, VirtualClock } from '@twicesafe/testing';
import { collectGarbage } from '@twicesafe/testing/suites/client';
import ky, { type Hooks, isHTTPError, isTimeoutError, type Options } from 'ky';
import { expect, test } from 'vitest';
import { type RetryOptions, reportOf, type WrappedOptions } from '../src/index.ts';
import { HastyClock, stageFor } from './support.ts';

/** An error whose JSON body comes in two parts. */
function slowError(code: number): RequestAct {
  const body = '{"code":"slow","id":7}';
  return {
    on: 'request',
    name: 'slowError',
    play: async (exchange) => {
      await exchange.readWhole();
      await exchange.write(
        `HTTP/1.1 ${code} Slow\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
      );
      await exchange.wait(50);
      await exchange.write(body.slice(5));
      return 'reuse';
    },
  };
}

/** A budget that never allows a retry. */
const spent: Exclude<RetryOptions['budget'], 'none' | undefined> = {
  countsEverySuccess: false,
  open: () => ({ canWithdraw: () => false, withdraw() {}, failed() {}, succeeded() {}, isFull: false }),
};

test.each<[string, number, WrappedOptions, RetryOptions]>([
  ['the status is final', 404, {}, {}],
  ['a POST may not be repeated', 503, { method: 'post' }, {}],
  ['the budget is spent', 503, {}, { budget: spent }],
  ['the policy might forbid a retry', 503, {}, { shouldRetry: () => false }],
  ['the call might forbid a retry', 503, { retry: { shouldRetry: () => false } }, {}],
  ['the call forbids a retry', 503, { retry: { methods: ['put'] } }, {}],
])('reads an error body for as long as it takes if %s', async (_, code, call, options) => {
  await using stage = await stageFor({}, options, new HastyClock());
  stage.origin.plays(slowError(code));

  const error = await rejectionOf(stage.api('orders', call));

  expect(isHTTPError(error) && error.data).toEqual({ code: 'slow', id: 7 });
});

test.each<[string, number, Options, RetryOptions]>([
  ['a success', 202, {}, { rules: [{ transientStatuses: [202] }] }],
  ['a status that the caller accepts', 503, { throwHttpErrors: false }, {}],
  ['a status that the caller accepts by a function', 503, { throwHttpErrors: (code) => code < 500 }, {}],
])('the body of %s is read for as long as it takes', async (_, code, call, options) => {
  await using stage = await stageFor(call, options, new HastyClock());
  stage.origin.plays(slowError(code));

  expect(await stage.api.get('orders').json()).toEqual({ code: 'slow', id: 7 });
});

test('an afterResponse hook may read an error body for as long as it takes', async () => {
  const seen: unknown[] = [];
  const afterResponse: Hooks['afterResponse'] = [async ({ response }) => void seen.push(await response.text())];
  await using stage = await stageFor({ hooks: { afterResponse } }, {}, new HastyClock());
  stage.origin.plays(slowError(503));

  await stage.api.get('orders');

  expect(seen).toEqual(['{"code":"slow","id":7}', 'ok']);
});

test('an error body that takes too long does not delay the retry', async () => {
  await using stage = await stageFor({ timeout: 3_600_000 }, {}, new HastyClock());
  stage.origin.plays(stalledBody(503));

  expect((await stage.api.get('orders')).status).toBe(200);
});

test("originGate 'all' holds before ky's timeout of the attempt runs", async () => {
  await using stage = await stageFor({ timeout: 500 }, { originGate: 'all' });
  stage.origin.plays(status(429, { headers: { 'retry-after-ms': '800' } }));
  await rejectionOf(stage.api.post('orders'));

  const response = await stage.api.get('health');

  const [first, second] = stage.origin.requests;
  expect(response.status).toBe(200);
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(800);
});

test('without originGate a first attempt is sent at once after the 429 of another', async () => {
  await using stage = await stageFor();
  stage.origin.plays(status(429, { headers: { 'retry-after': '60' } }));
  await rejectionOf(stage.api.post('login'));

  expect((await stage.api.get('health', { signal: AbortSignal.timeout(5000) })).status).toBe(200);
});

test.each([0.5, 0])(
  'totalTimeout: %d ends the call as in ky, and its error names no twicesafe option',
  async (totalTimeout) => {
    await using stage = await stageFor({ totalTimeout });
    stage.origin.plays(hang());

    const error = await rejectionOf(stage.api.get('orders'));

    expect(isTimeoutError(error)).toBe(true);
  },
);

/** A clock that has run for an hour when the call begins. */
function runningClock(): VirtualClock {
  const clock = new VirtualClock();
  clock.advance(3_600_000);
  return clock;
}

test.each([
  [2000, 3_600_000],
  [3_600_000, 2000],
])('the shorter of a totalTimeout of %d and a deadlineMs of %d is the deadline', async (totalTimeout, deadlineMs) => {
  await using stage = await stageFor({ totalTimeout }, { deadlineMs, backoff: () => 10_000 }, runningClock());
  stage.origin.plays(status(503));

  const error = await rejectionOf(stage.api.get('orders'));

  expect(isHTTPError(error)).toBe(true);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'deadline-too-near' });
});

test.each<[string, Options, string]>([
  ['timeout', { timeout: 500 }, 'attempt-timeout'],
  ['totalTimeout', { totalTimeout: 500, timeout: false }, 'deadline'],
  ['a timeout of zero', { timeout: 0 }, 'attempt-timeout'],
])('the report names which limit of ky ended the attempt: %s', async (_, limits, kind) => {
  await using stage = await stageFor(limits);
  stage.origin.plays(hang());

  const error = await rejectionOf(stage.api.post('orders'));

  expect(isTimeoutError(error)).toBe(true);
  expect(reportOf(error)?.attempts[0]).toMatchObject({ outcome: { kind } });
});

test('hooks take their time from the deadline', async () => {
  await using stage = await stageFor(
    { totalTimeout: 2000, hooks: { beforeRequest: [() => new Promise((resolve) => setTimeout(resolve, 300))] } },
    { backoff: () => 1800 },
  );
  stage.origin.plays(status(503));

  const error = await rejectionOf(stage.api.get('orders'));

  expect(isHTTPError(error)).toBe(true);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'deadline-too-near' });
});

test('a rule or a call limits an attempt, and the error names the limit', async () => {
  await using stage = await stageFor({}, { rules: [{ url: /slow$/, attemptTimeoutMs: 100 }] });
  stage.origin.plays(hang(), hang());

  const byRule = await rejectionOf(stage.api.post('slow'));
  const byCall = await rejectionOf(stage.api.post('other', { retry: { attemptTimeoutMs: 90 } }));

  expect(byRule.message).toMatch(/^POST http:.*\/slow .*attemptTimeoutMs: 100 ms\./);
  expect(byCall.message).toMatch(/attemptTimeoutMs: 90 ms\./);
  expect(reportOf(byRule)?.attempts).toMatchObject([{ outcome: { kind: 'attempt-timeout' } }]);
});

test.each(['ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset', 'x-ratelimit-retry-after'])(
  'no retry comes earlier than %s of a 429 asks for',
  async (name) => {
    await using stage = await stageFor({}, { maxPushbackMs: 900 });
    stage.origin.plays(status(429, { headers: { [name]: '1' } }));

    const error = await rejectionOf(stage.api.get('orders'));

    expect(stage.origin.requests).toHaveLength(1);
    expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'pushback-too-long', askedMs: 1000 });
  },
);

test.each(['network error', 'Network request failed', 'The Internet connection appears to be offline.'])(
  'a mock that fails with "%s" is retried',
  async (message) => {
    let calls = 0;
    const fetch = async () => {
      if (calls++ === 0) throw new TypeError(message);
      return new Response('ok');
    };
    await using stage = await stageFor({ fetch });

    expect(await stage.api.get('orders').text()).toBe('ok');
    expect(calls).toBe(2);
  },
);

/** Forces one retry. */
const forcing: Hooks = { afterResponse: [({ retryCount }) => (retryCount === 0 ? ky.retry() : undefined)] };

test.each([
  ['the backoff', 200, {}],
  ['what the server asks for', 0, { 'retry-after-ms': '200' }],
])('a retry that a hook forces without a delay waits for %s', async (_, backoffMs, headers) => {
  const asked: number[] = [];
  const backoff = (attempt: number) => {
    asked.push(attempt);
    return backoffMs;
  };
  await using stage = await stageFor({ hooks: forcing }, { backoff });
  stage.origin.plays(status(429, { headers }));

  await stage.api.post('orders');

  const [first, second] = stage.origin.requests;
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(199);
  expect(asked).toEqual([1]);
});

test.each<[string, Options]>([
  ['a retry', {}],
  ['one that a hook forces', { hooks: forcing }],
])('skipWaits does not wait for %s', async (_, options) => {
  await using stage = await stageFor(options, { skipWaits: true, backoff: () => 60_000 });
  stage.origin.plays(status(503));

  expect((await stage.api.get('orders')).status).toBe(200);
});

test('a totalTimeout that is far leaves time for a retry', async () => {
  await using stage = await stageFor({ totalTimeout: 60_000 }, {}, runningClock());
  stage.origin.plays(status(503));

  expect((await stage.api.get('orders')).status).toBe(200);
});

test('hooks that take all of the time end the call, with a report', async () => {
  const slow: Hooks = { beforeRequest: [() => new Promise((resolve) => setTimeout(resolve, 200))] };
  await using stage = await stageFor({ totalTimeout: 100, hooks: slow });

  const error = await rejectionOf(stage.api.get('orders'));

  expect(isTimeoutError(error)).toBe(true);
  expect(stage.origin.requests).toHaveLength(0);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'deadline-over' });
});

/** Never answers, and says when it was asked and when the client has closed the connection. */
function watched(): RequestAct & { readonly asked: Promise<void>; readonly closed: Promise<void> } {
  const [asked, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return {
    on: 'request',
    name: 'watched',
    asked: asked.promise,
    closed: closed.promise,
    play: (exchange) => {
      asked.resolve();
      return exchange.untilClosed().finally(closed.resolve);
    },
  };
}

test.each([1, 2])("ky's timeout closes the connection of attempt %i, whatever was collected", async (number) => {
  await using stage = await stageFor({ timeout: 500, retry: number - 1 });
  const last = watched();
  stage.origin.plays(...[status(503), last].slice(-number));

  const sent = rejectionOf(stage.api.get('orders'));
  await last.asked;
  collectGarbage();

  await sent;
  await last.closed;
});

test('a retry with a signal keeps the referrer and its policy', async () => {
  const seen: unknown[] = [];
  const noting: typeof fetch = (input, init) => {
    const { referrer, referrerPolicy } = input as Request;
    seen.push({ referrer, referrerPolicy });
    return fetch(input, init);
  };
  await using stage = await stageFor({ fetch: noting });
  stage.origin.plays(status(503));
  const given = { referrer: 'https://shop.example/cart', referrerPolicy: 'unsafe-url' } as const;

  await stage.api.get('orders', { ...given, signal: new AbortController().signal });

  expect(seen).toEqual([given, given]);
});

test('a response that comes after the timeout is discarded, though its fetch obeys no signal', async () => {
  const deaf: typeof fetch = (input) => fetch((input as Request).url);
  await using stage = await stageFor({ fetch: deaf, timeout: 500, retry: 1 });
  const [asked, over, closed] = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const late: RequestAct = {
    on: 'request',
    name: 'late',
    play: async (exchange) => {
      asked?.resolve();
      await over?.promise;
      return (stalledBody() as RequestAct).play(exchange).finally(closed?.resolve);
    },
  };
  stage.origin.plays(status(503), late);

  const sent = rejectionOf(stage.api.get('orders'));
  await asked?.promise;
  collectGarbage();
  await sent;
  over?.resolve();

  await closed?.promise;
});
