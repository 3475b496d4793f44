import { migrate, postgresStore } from '@twicesafe/server/postgres';
import { storeConformance } from '@twicesafe/testing/suites/store';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../support/find-postgres.ts';
import { createSchema } from '../support/postgres-schema.ts';

const service = await findPostgres();
const url = service?.url ?? '';
const schema = service && (await createSchema(url));
const { pool } = schema ?? {};
if (pool) await migrate(pool);
afterAll(async () => {
  await schema?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

describe.skipIf(!pool)('with pg', () => storeConformance(() => postgresStore(pool as never)));

describe.skipIf(!pool)('with pg, unprepared', () =>
  storeConformance(() => postgresStore(pool as never, { prepare: false })),
);

describe.skipIf(!pool)('with postgres.js', () => {
  storeConformance(() => {
    const sql = postgres(url, { max: 8, connection: { search_path: schema?.name ?? '' } });
    return Object.assign(postgresStore(sql), { [Symbol.asyncDispose]: () => sql.end() });
  });
});

test.skipIf(!pool)('is migrated by many processes at once', async () => {
  await using fresh = await createSchema(url);

  await Promise.all(Array.from({ length: 8 }, () => postgresStore(fresh.pool).migrate()));

  const { rows } = await fresh.pool.query('select count(*)::int as count from idempotency');
  expect(rows).toEqual([{ count: 0 }]);
});

test.each([undefined, null, {}, 'postgres://127.0.0.1'])('refuses %j as a client', (client) => {
  expect(() => postgresStore(client as never)).toThrow(TypeError);
});
