import { DatabaseSync } from 'node:sqlite';
import { openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { idempotent } from '@twicesafe/server';
import { nodeHandler } from '@twicesafe/server/node';
import { commit, migrate, postgresStore } from '@twicesafe/server/postgres';
import { commitSync, sqliteStore } from '@twicesafe/server/sqlite';
import { serve } from '@twicesafe/testing';
import { afterAll, expect, test } from 'vitest';
import { findPostgres } from '../../server/test/support/find-postgres.ts';
import { createSchema } from '../../server/test/support/postgres-schema.ts';
import { listenPayments } from './support/payments.ts';
import { runUntil } from './support/run-until.ts';

const service = await findPostgres();
afterAll(() => service?.[Symbol.asyncDispose]());

test('an order sent twice is stored once with its intent, and paid once', async () => {
  await using payments = await listenPayments();
  const database = new DatabaseSync(':memory:');
  database.exec('create table orders (id integer primary key, cents integer not null)');
  const outbox = openOutbox({ store: sqliteOutbox(database) });
  let fails = true;
  const placeOrder = idempotent(
    async (_, { held }) =>
      commitSync(database, held, () => {
        const { lastInsertRowid: id } = database.prepare('insert into orders (cents) values (?)').run(500);
        outbox.enqueue(database, { url: payments.url, name: `pay-order-${id}` });
        if (fails) throw new Error('out of stock');
        return Response.json({ order: Number(id) }, { status: 202 });
      }),
    { store: sqliteStore(database), scope: () => 'shop', interrupted: 'run-again', onEvent: () => {} },
  );
  await using shop = await serve(nodeHandler(placeOrder));
  const order = () => fetch(shop.url, { method: 'POST', headers: { 'Idempotency-Key': '"order-7"' } });

  expect((await order()).status).toBe(500); // rolled back, and so is the intent
  fails = false;
  const answers = await Promise.all([order(), order(), order()]);
  await runUntil(outbox, 1);

  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(database.prepare('select count(*) as orders from orders').get()).toEqual({ orders: 1 });
  expect(await outbox.counts()).toMatchObject({ due: 0, done: 1 });
  expect(payments.effects).toHaveLength(1);
});

test('a mail follows its payment once, whether onSettled or the sweep stores it', async () => {
  await using bank = await listenPayments();
  const database = new DatabaseSync(':memory:');
  database.exec("create table orders (name text, state text); insert into orders values ('a', 'new'), ('b', 'new')");
  const store = sqliteOutbox(database);
  const payments = openOutbox({ store, name: 'payments' });
  const mails = openOutbox({ store, name: 'mail', scheme: 'none' });
  const afterPayment = (name: string | undefined): void => {
    database.exec('begin immediate');
    const paid = database.prepare("update orders set state = 'paid' where name = ? and state = 'new'").run(name ?? '');
    if (paid.changes === 1) mails.enqueue(database, { url: bank.url, body: `Order ${name} is paid.` });
    database.exec('commit');
  };
  for (const name of ['a', 'b']) payments.enqueue(database, { url: bank.url, name });

  const settled = await runUntil(payments, 2);
  afterPayment(settled[0]?.name); // the process dies before it hears of the second one
  for await (const { name } of payments.list('done')) afterPayment(name);
  for await (const { name } of payments.list('done')) afterPayment(name);

  expect(await mails.counts()).toMatchObject({ due: 2 });
});

test.skipIf(!service)('Postgres: the work of commit stores an intent, or nothing if it throws', async () => {
  await using schema = await createSchema(service?.url ?? '');
  await migrate(schema.pool);
  const store = postgresOutbox(schema.pool);
  await store.migrate();
  const outbox = openOutbox({ store });
  let fails = true;
  const placeOrder = idempotent(
    async (_, { held }) =>
      commit(schema.pool, held, async (transaction) => {
        await outbox.enqueue(transaction, { url: 'http://127.0.0.1:9/' });
        if (fails) throw new Error('out of stock');
        return new Response(null, { status: 202 });
      }),
    { store: postgresStore(schema.pool), scope: () => 'shop', interrupted: 'run-again', onEvent: () => {} },
  );
  const order = () =>
    placeOrder(new Request('http://shop/', { method: 'POST', headers: { 'Idempotency-Key': '"order-7"' } }));

  expect((await order()).status).toBe(500);
  expect(await outbox.counts()).toMatchObject({ due: 0 });
  fails = false;
  expect([(await order()).status, (await order()).status]).toEqual([202, 202]);
  expect(await outbox.counts()).toMatchObject({ due: 1 });
});
