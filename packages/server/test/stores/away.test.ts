import { migrate, postgresStore } from '@twicesafe/server/postgres';
import { redisStore } from '@twicesafe/server/redis';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import postgres from 'postgres';
import { createClient } from 'redis';
import { afterAll, describe, expect, test } from 'vitest';
import { startPostgres } from '../support/find-postgres.ts';
import { startRedis } from '../support/find-redis.ts';
import { created, createPayments, seen } from '../support/payments.ts';

// Servers of our own, because these tests kill them.
const redis = await startRedis();
const database = await startPostgres();
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

describe.skipIf(!redis)('when Redis is killed', () => {
  test('requests are refused before they run, answered after they ran, and the process lives', async () => {
    const clients = {
      ioredis: new Redis(redis?.url ?? '', { commandTimeout: 200 }),
      'node-redis': await createClient({ url: redis?.url ?? '', disableOfflineQueue: true }).connect(),
    };
    const apis = Object.values(clients).map((client) =>
      createPayments({ store: redisStore(client) }, async (request) => {
        if (request.headers.get('x-kill')) await redis?.kill();
        return created();
      }),
    );

    for (const [index, api] of apis.entries()) expect(await seen(await api.pay(`up-${index}`))).toEqual([201, false]);
    const first = await apis[0]?.pay('during', { headers: { 'x-kill': 'yes' } });
    expect(first?.status).toBe(201);
    for (const api of apis) {
      expect(await seen(await api.pay('after'))).toEqual([503, false, 'store-unavailable']);
      expect(api.events).toContainEqual(expect.objectContaining({ type: 'store-failed', action: 'acquire' }));
    }
    expect(apis.map(({ effects }) => effects.length)).toEqual([2, 1]);

    clients.ioredis.disconnect();
    clients['node-redis'].destroy();
  });
});

describe.skipIf(!database)('when Postgres is killed', () => {
  test('requests are refused before they run, answered after they ran, and the process lives', async () => {
    const pool = new Pool({ connectionString: database?.url, connectionTimeoutMillis: 1_000 });
    const sql = postgres(database?.url ?? '', { connect_timeout: 1, max: 2 });
    await migrate(pool);
    const apis = [pool, sql].map((client) =>
      createPayments({ store: postgresStore(client) }, async (request) => {
        if (request.headers.get('x-kill')) await database?.kill();
        return created();
      }),
    );

    for (const [index, api] of apis.entries()) expect(await seen(await api.pay(`up-${index}`))).toEqual([201, false]);
    const first = await apis[0]?.pay('during', { headers: { 'x-kill': 'yes' } });
    expect(first?.status).toBe(201);
    for (const api of apis) expect(await seen(await api.pay('after'))).toEqual([503, false, 'store-unavailable']);
    expect(apis.map(({ effects }) => effects.length)).toEqual([2, 1]);

    await pool.end();
    await sql.end({ timeout: 0 });
  }, 20_000);
});
