import { redisStore } from '@twicesafe/server/redis';
import { storeConformance } from '@twicesafe/testing/suites/store';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, describe, expect, test } from 'vitest';
import { findRedis } from '../support/find-redis.ts';

const service = await findRedis();
const url = service?.url ?? '';
afterAll(() => service?.[Symbol.asyncDispose]());

describe.skipIf(!service)('with ioredis', () => {
  storeConformance(() => {
    const client = new Redis(url);
    return Object.assign(redisStore(client), { [Symbol.dispose]: () => client.disconnect() });
  });
});

describe.skipIf(!service)('with node-redis', () => {
  storeConformance(async () => {
    const client = await createClient({ url }).connect();
    return Object.assign(redisStore(client), { [Symbol.dispose]: () => client.destroy() });
  });

  test('sends a script again that the server has forgotten', async () => {
    const client = await createClient({ url }).connect();
    const store = redisStore(client, { prefix: 'other:' });
    const claim = { fence: 'fence', fingerprint: 'print', leaseMs: 1_000, keepMs: 10_000, takeOver: false };
    const key = crypto.randomUUID();
    await store.acquire(key, claim);
    await client.scriptFlush();

    expect(await store.acquire(key, claim)).toEqual({ state: 'acquired', attempt: 1 });
    expect(await client.exists(`other:${key}`)).toBe(1);
    client.destroy();
  });
});

test.each([undefined, null, {}, 'redis://127.0.0.1'])('refuses %j as a client', (client) => {
  expect(() => redisStore(client as never)).toThrow(TypeError);
});
