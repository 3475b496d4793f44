import { openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../../server/test/support/find-postgres.ts';
import { createSchema } from '../../server/test/support/postgres-schema.ts';
import { positional } from '../src/stores/postgres/positional.ts';
import { take } from '../src/stores/statements.ts';
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

  test('an idle worker reads no intent of the future', async () => {
    await using schema = await createSchema(service?.url ?? '');
    const store = postgresOutbox(schema.pool);
    await store.migrate();
    const columns = 'outbox, key, method, url, headers, due, created, window_ms';
    await schema.pool.query(`insert into outbox (${columns})
      select 'default', n, 'POST', 'http://127.0.0.1/', '[]', 9999999999999, 0, 1 from generate_series(1, 5000) n`);
    await schema.pool.query('analyze outbox');
    const dialect = { id: '', bytes: '', lockNext: 'for update skip locked', byDue: '' };

    const { text, values } = positional(take(dialect), { fence: 'f', lease: 1, outbox: 'default' });
    const { rows } = await schema.pool.query(`explain ${text}`, [...values]);

    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(
      /using outbox_due on outbox next .*\n +Index Cond: \(\(outbox = 'default'::text\) AND \(due <= /,
    );
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
