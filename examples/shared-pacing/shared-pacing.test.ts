import { wrapFetch } from '@twicesafe/fetch';
import { afterAll, expect, test } from 'vitest';
import { findRedis } from '../../packages/server/test/support/find-redis.ts';
import { broadcastGate } from './broadcast-gate.ts';
import { openLimitedApi } from './limited-api.ts';
import { redisGate } from './redis-gate.ts';

const redis = await findRedis();
afterAll(() => redis?.[Symbol.asyncDispose]());

/** Two clients share a gate. The first is asked for a pause, and the second is held before its first attempt. */
async function secondIsHeld(open: (name: string) => ReturnType<typeof broadcastGate>): Promise<void> {
  const name = crypto.randomUUID();
  using first = open(name);
  using second = open(name);
  await using api = await openLimitedApi(0);
  let isHeard = false;
  second.subscribe(() => {
    isHeard = true;
  });
  const asked = wrapFetch({ gateChannel: first, maxAttempts: 1, originGate: 'all' });
  const held: string[] = [];
  const holding = wrapFetch({ gateChannel: second, originGate: 'all', onEvent: ({ type }) => held.push(type) });

  while (!isHeard) await asked(api.url).then(() => new Promise(setImmediate)); // a subscription takes a moment
  const controller = new AbortController();
  const late = holding(api.url, { signal: controller.signal });
  await expect.poll(() => held).toContain('attempt-held');
  controller.abort();

  await expect(late).rejects.toThrow();
}

test('threads: a pause that one client was asked for holds another', () => secondIsHeld(broadcastGate));

test.skipIf(!redis)('Redis: a pause that one client was asked for holds another', () =>
  secondIsHeld((name) => redisGate(redis?.url ?? '', name)),
);

test('while Redis is away, requests are sent', async () => {
  using gate = redisGate('redis://127.0.0.1:1', 'gate');
  await using api = await openLimitedApi(100);

  const response = await wrapFetch({ gateChannel: gate })(api.url);

  expect(response.status).toBe(200);
});
