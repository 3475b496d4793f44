import { hang, rejectionOf, status } from '@twicesafe/testing';
import ky, { type Hooks, isHTTPError, isTimeoutError } from 'ky';
import { expect, test, vi } from 'vitest';
import { bodyJudge, keys, type RetryEvent, reportOf, type WrappedOptions, wrapKy } from '../src/index.ts';
import { stageFor } from './support.ts';

const mine = new Error('mine');

test.each([
  ['methods', { methods: ['get', 'put'] }, 2],
  ['no method', { methods: [] }, 1],
  ['undefined', { delay: undefined, limit: undefined, methods: undefined }, 2],
])('retry options that list %s', async (_, retry, requests) => {
  await using stage = await stageFor();
  stage.origin.plays(status(503));

  await Promise.allSettled([stage.api.put('orders/7', { retry } as WrappedOptions)]);

  expect(stage.origin.requests).toHaveLength(requests);
});

test('a deadline without a totalTimeout leaves time for a retry', async () => {
  await using stage = await stageFor({}, { deadlineMs: 60_000 });
  stage.origin.plays(status(503));

  expect((await stage.api.get('orders')).status).toBe(200);
});

test('a fetch is no instance of ky', () => {
  expect(() => wrapKy(fetch as never)).toThrow('wrapKy takes the ky instance to wrap first');
});

test('a response that no judge wants to read is what it is', async () => {
  const judge = bodyJudge(() => ({ verdict: 'transient', subject: 'plain trouble' }), { wants: () => false });
  await using stage = await stageFor({}, { rules: [{ judge }] });

  expect(await stage.api.get('orders').text()).toBe('ok');
  expect(stage.origin.requests).toHaveLength(1);
});

test('the time limit of a call outranks an earlier HTTPError', async () => {
  await using stage = await stageFor({ totalTimeout: 300, timeout: false });
  stage.origin.plays(status(503), hang());

  const error = await rejectionOf(stage.api.get('orders'));

  expect(isTimeoutError(error)).toBe(true);
  expect(reportOf(error)?.decision.reason).toBe('deadline-over');
});

test('the time limit of an attempt does not outrank an earlier HTTPError', async () => {
  await using stage = await stageFor({ timeout: 100, retry: 1 });
  stage.origin.plays(status(503), hang());

  expect(isHTTPError(await rejectionOf(stage.api.get('orders')))).toBe(true);
});

test('a retry waits as its decision says, without another backoff', async () => {
  let asked = 0;
  let scheduled: number | undefined;
  const backoff = () => {
    asked++;
    return 1;
  };
  const onEvent = ({ type }: RetryEvent) => {
    if (type === 'retry-scheduled') scheduled = asked;
  };
  await using stage = await stageFor({}, { backoff, onEvent });
  stage.origin.plays(status(503));

  await stage.api.get('orders');

  expect(asked).toBe(scheduled);
});

/** As in React Native and in the abort-controller package. */
function signalWithoutReason(signal: AbortSignal): AbortSignal {
  return Object.defineProperty(signal, 'reason', { value: undefined });
}

test("an abort without a reason rejects with ky's own error", async () => {
  const controller = new AbortController();
  await using stage = await stageFor();
  stage.origin.plays(hang());

  const sent = rejectionOf(stage.api.get('orders', { signal: signalWithoutReason(controller.signal) }));
  await stage.origin.received(1);
  controller.abort();

  expect(await sent).toBeInstanceOf(DOMException);
});

test('beforeError hooks get the reason of an abort', async () => {
  const controller = new AbortController();
  const beforeError = vi.fn(({ error }: { error: Error }) => error);
  await using stage = await stageFor({ hooks: { beforeError: [beforeError] } });
  stage.origin.plays(hang());

  const sent = rejectionOf(stage.api.get('orders', { signal: controller.signal }));
  await stage.origin.received(1);
  controller.abort(mine);

  expect(await sent).toBe(mine);
  expect(beforeError).toHaveBeenCalledWith(expect.objectContaining({ error: mine }));
});

test('an abort after the response starts no confirm and changes nothing', async () => {
  const controller = new AbortController();
  const confirm = vi.fn(async () => 'unknown' as const);
  await using stage = await stageFor({ hooks: { afterResponse: [() => controller.abort(mine)] } }, { confirm });

  const response = await stage.api.post('orders', { signal: controller.signal });

  expect(reportOf(response)).toMatchObject({ decision: { reason: 'succeeded' }, effect: 'applied' });
  expect(confirm).not.toHaveBeenCalled();
});

test('a call without an operation reads the response of a hook as ky does', async () => {
  const beforeRequest: Hooks['beforeRequest'] = [() => new Response('no JSON')];
  const generate = () => {
    throw mine;
  };
  const idempotencyKey = keys.custom({ header: 'Idempotency-Key', generate });
  await using stage = await stageFor({ hooks: { beforeRequest } }, { idempotencyKey });

  expect(await rejectionOf(stage.api.post('orders').json())).toBeInstanceOf(SyntaxError);
});

test("another client's send makes no key of its own for the gate", async () => {
  const generate = vi.fn(() => 'order-7');
  const idempotencyKey = keys.custom({ header: 'Idempotency-Key', generate });
  await using stage = await stageFor({ retry: 0 }, { idempotencyKey, originGate: 'all' });
  const { url } = stage.origin;
  const outer = wrapKy(ky.create({ fetch: () => stage.api.post('') }));

  await outer.post(url);

  expect(generate).toHaveBeenCalledOnce();
  expect(stage.origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7']);
});
