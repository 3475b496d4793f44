import { openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../../server/test/support/find-postgres.ts';
import { createSchema } from '../../server/test/support/postgres-schema.ts';
import { listenPayments } from './support/payments.ts';
import { runUntil } from './support/run-until.ts';

const service = await findPostgres();
afterAll(() => service?.[Symbol.asyncDispose]());

describe.skipIf(!service)('Postgres', () => {
  test('only committed intents are sent, each once, by two workers', async () => {
    await using schema = await createSchema(service?.url ?? '');
    await using payments = await listenPayments();
    const store = postgresOutbox(schema.pool);
    await Promise.all([store.migrate(), store.migrate()]);
    const outbox = openOutbox({ store });
    const client = await schema.pool.connect();
    for (const [key, end] of [...Array(20).keys()].map((id) => [`k${id}`, id < 15 ? 'commit' : 'rollback'] as const)) {
      await client.query('begin');
      await outbox.enqueue(client, {
        url: payments.url,
        key,
        name: key,
        body: key,
        group: Number(key.slice(1)) % 2 ? 'odd' : 'even',
      });
      await client.query(end);
    }
    client.release();
    const settled = await runUntil(outbox, 15, {}, 2);

    expect(settled.every(({ state }) => state === 'done')).toBe(true);
    expect(new Set(payments.effects).size).toBe(15);
    expect(payments.effects).toHaveLength(15);
  });

  test('postgres.js joins its transaction, and a name is unique', async () => {
    await using schema = await createSchema(service?.url ?? '');
    const sql = postgres(service?.url ?? '', { max: 2, connection: { search_path: schema.name } });
    const store = postgresOutbox(sql);
    await store.migrate();
    const outbox = openOutbox({ store });

    const ids = await sql.begin(async (own) => [
      await outbox.enqueue(own, { url: 'http://127.0.0.1/', name: 'once' }),
      await outbox.enqueue(own, { url: 'http://127.0.0.1/', name: 'once', body: 'x' }),
    ]);

    expect(ids[0]).toBe(ids[1]);
    expect(await outbox.counts()).toMatchObject({ due: 1 });
    await sql.end();
  });
});
