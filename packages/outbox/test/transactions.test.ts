import { openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import knex, { type Knex } from 'knex';
import { CompiledQuery, Kysely, PostgresDialect, type Transaction } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../../server/test/support/find-postgres.ts';
import { createSchema } from '../../server/test/support/postgres-schema.ts';

const service = await findPostgres();
afterAll(() => service?.[Symbol.asyncDispose]());

async function openShop() {
  const schema = await createSchema(service?.url ?? '');
  const store = postgresOutbox(schema.pool);
  await store.migrate();
  await schema.pool.query('create table orders (name text)');
  const outbox = openOutbox({ store });
  const stored = async () => ({
    orders: (await schema.pool.query('select name from orders')).rows.map(({ name }) => name),
    due: (await outbox.counts()).due,
  });
  return { schema, outbox, stored, [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose]() };
}

const INTENT = { url: 'http://127.0.0.1:9/', body: 'order 7' };

describe.skipIf(!service)('Query builders', () => {
  test('Drizzle: the intent commits and rolls back with the order', async () => {
    await using shop = await openShop();
    const client = await shop.schema.pool.connect();
    // One client for one transaction: Drizzle's transaction runs on it, and so does enqueue.
    const database = drizzle(client);
    for (const fails of [true, false]) {
      const placed = database.transaction(async (tx) => {
        await tx.execute(sql`insert into orders values (${String(fails)})`);
        await shop.outbox.enqueue(client, INTENT);
        if (fails) throw new Error('out of stock');
      });
      await placed.catch(() => {});
    }
    client.release();

    expect(await shop.stored()).toEqual({ orders: ['false'], due: 1 });
  });

  test('Knex: the intent commits and rolls back with the order', async () => {
    await using shop = await openShop();
    const database = knex({ client: 'pg', connection: service?.url ?? '', searchPath: [shop.schema.name] });
    const clientOf = (trx: Knex.Transaction) => ({
      query: (text: string, values: unknown[] = []) => {
        // Knex has named parameters where Postgres has numbered ones.
        const named = Object.fromEntries(values.map((value, index) => [`v${index + 1}`, value]));
        return trx.raw(text.replace(/\$(\d+)/g, ':v$1'), named as Record<string, Knex.RawBinding>);
      },
    });
    for (const fails of [true, false]) {
      const placed = database.transaction(async (trx) => {
        await trx('orders').insert({ name: String(fails) });
        await shop.outbox.enqueue(clientOf(trx), INTENT);
        if (fails) throw new Error('out of stock');
      });
      await placed.catch(() => {});
    }
    await database.destroy();

    expect(await shop.stored()).toEqual({ orders: ['false'], due: 1 });
  });

  test('Kysely: the intent commits and rolls back with the order', async () => {
    await using shop = await openShop();
    const database = new Kysely<{ orders: { name: string } }>({
      dialect: new PostgresDialect({ pool: shop.schema.pool }),
    });
    const clientOf = (tx: Transaction<{ orders: { name: string } }>) => ({
      query: (text: string, values: unknown[] = []) => tx.executeQuery(CompiledQuery.raw(text, values)),
    });
    for (const fails of [true, false]) {
      const placed = database.transaction().execute(async (tx) => {
        await tx
          .insertInto('orders')
          .values({ name: String(fails) })
          .execute();
        await shop.outbox.enqueue(clientOf(tx), INTENT);
        if (fails) throw new Error('out of stock');
      });
      await placed.catch(() => {});
    }

    expect(await shop.stored()).toEqual({ orders: ['false'], due: 1 });
  });
});
