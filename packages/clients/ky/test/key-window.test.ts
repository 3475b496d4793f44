import { type RequestAct, rejectionOf, resetAfterReading, status, VirtualClock } from '@twicesafe/testing';
import ky, { type Hooks, type Options } from 'ky';
import { expect, test } from 'vitest';
import { bodyJudge, keys, type RetryOptions, reportOf } from '../src/index.ts';
import { type Stage, stageFor } from './support.ts';

const WINDOW_MS = 10_000;
const KEY = keys.custom({ header: 'Idempotency-Key', windowMs: WINDOW_MS });
const OVER = { action: 'stop', reason: 'key-window-over' };

/** A stage on which a retry comes only after the server has forgotten the key. */
function lateStage(defaults: Options = {}, options: RetryOptions = {}): Promise<Stage> {
  const clock = new VirtualClock();
  const beforeRetry: Hooks['beforeRetry'] = [() => clock.advance(WINDOW_MS)];
  const hooks = { ...defaults.hooks, beforeRetry };
  return stageFor({ ...defaults, hooks }, { idempotencyKey: KEY, ...options }, clock);
}

test.each<[string, () => RequestAct, string]>([
  ['a response', () => status(503) as RequestAct, 'HTTPError'],
  ['a lost answer', () => resetAfterReading() as RequestAct, 'NetworkError'],
])('a retry that comes too late for the key rejects with what is in hand: %s', async (_, act, name) => {
  await using stage = await lateStage();
  stage.origin.plays(act());

  const error = await rejectionOf(stage.api.post('orders'));

  expect(error.name).toBe(name);
  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(error)?.decision).toEqual(OVER);
});

test('a retry that comes too late for the key returns the response in hand', async () => {
  const judge = bodyJudge(() => ({ verdict: 'transient', subject: 'plain trouble' }));
  await using stage = await lateStage({}, { rules: [{ judge }] });
  stage.origin.plays(status(200, { body: 'busy' }));

  const response = await stage.api.post('orders');

  expect(await response.text()).toBe('busy');
  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(response)?.decision).toEqual(OVER);
});

test('a retry that a hook forces is sent, however old the key is', async () => {
  const afterResponse: Hooks['afterResponse'] = [({ retryCount }) => (retryCount === 0 ? ky.retry() : undefined)];
  await using stage = await lateStage({ hooks: { afterResponse } });
  stage.origin.plays(status(503));

  expect((await stage.api.post('orders')).status).toBe(200);
  expect(stage.origin.requests).toHaveLength(2);
});

test('a retry that a hook forces with a delay of its own is sent, however old the key is', async () => {
  const clock = new VirtualClock();
  const refreshing: Hooks['afterResponse'] = [
    ({ response }) => {
      if (response.status !== 401) return undefined;
      clock.advance(WINDOW_MS);
      return ky.retry({ delay: 1 });
    },
  ];
  await using stage = await stageFor({ hooks: { afterResponse: refreshing } }, { idempotencyKey: KEY }, clock);
  stage.origin.plays(status(503), status(401));

  expect((await stage.api.post('orders')).status).toBe(200);
  expect(stage.origin.requests).toHaveLength(3);
});
