import { hang, type RequestAct, rejectionOf, status } from '@twicesafe/testing';
import ky, { type Hooks, isHTTPError, isTimeoutError } from 'ky';
import { expect, test } from 'vitest';
import { type RetryOptions, reportOf } from '../src/index.ts';
import { stageFor } from './support.ts';

/** An error whose JSON body comes late. */
function slowError(code: number, afterMs: number): RequestAct {
  const body = '{"code":"slow","id":7}';
  return {
    on: 'request',
    name: 'slowError',
    play: async (exchange) => {
      await exchange.readWhole();
      await exchange.write(
        `HTTP/1.1 ${code} Slow\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
      );
      await exchange.wait(afterMs);
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

test.each<[string, string, number, RetryOptions]>([
  ['the status is final', 'get', 404, {}],
  ['a POST may not be repeated', 'post', 503, {}],
  ['the budget is spent', 'get', 503, { budget: spent }],
  ['the policy might forbid a retry', 'get', 503, { shouldRetry: () => false }],
])('reads an error body that takes more than a second if %s', async (_, method, code, options) => {
  await using stage = await stageFor({}, options);
  stage.origin.plays(slowError(code, 1300));

  const error = await rejectionOf(stage.api('orders', { method }));

  expect(isHTTPError(error) && error.data).toEqual({ code: 'slow', id: 7 });
});

test('an error body that takes more than a second does not delay the retry', async () => {
  await using stage = await stageFor();
  stage.origin.plays(slowError(503, 8000));

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
    await using stage = await stageFor();
    stage.origin.plays(status(429, { headers: { [name]: '1' } }));

    await stage.api.get('orders');

    const [first, second] = stage.origin.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(1000);
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

test('a retry that a hook forces without a delay waits for the backoff', async () => {
  const afterResponse: Hooks['afterResponse'] = [({ retryCount }) => (retryCount === 0 ? ky.retry() : undefined)];
  await using stage = await stageFor({ hooks: { afterResponse } }, { backoff: () => 400 });

  await stage.api.post('orders');

  const [first, second] = stage.origin.requests;
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(400);
});
