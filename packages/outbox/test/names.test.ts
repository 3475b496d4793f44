import { DatabaseSync } from 'node:sqlite';
import { keys, openOutbox, type StartOptions } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../../server/test/support/find-postgres.ts';
import { createSchema } from '../../server/test/support/postgres-schema.ts';
import { listenPayments } from './support/payments.ts';
import { runUntil } from './support/run-until.ts';

const service = await findPostgres();
afterAll(() => service?.[Symbol.asyncDispose]());

/** Two outboxes in one database, with two schemes. */
async function openSqlitePair() {
  const database = new DatabaseSync(':memory:');
  const store = sqliteOutbox(database);
  return { ...pairOn(store), transaction: database, [Symbol.asyncDispose]: async () => database.close() };
}

async function openPostgresPair() {
  const schema = await createSchema(service?.url ?? '');
  const store = postgresOutbox(schema.pool);
  await store.migrate();
  return { ...pairOn(store), transaction: schema.pool, [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose]() };
}

function pairOn(store: ReturnType<typeof sqliteOutbox> | ReturnType<typeof postgresOutbox>) {
  const pays = openOutbox({ store: store as ReturnType<typeof sqliteOutbox>, name: 'payments' });
  const mails = openOutbox({ store: store as ReturnType<typeof sqliteOutbox>, name: 'mail', scheme: keys.resend() });
  return { pays, mails };
}

const withToken = (token: string): StartOptions => ({
  prepare: ({ headers }) => headers.set('Authorization', token),
});

type Open = typeof openSqlitePair;
const STORES: readonly (readonly [name: string, open: Open])[] = [
  ['SQLite', openSqlitePair],
  ...(service ? [['Postgres', openPostgresPair as unknown as Open] as const] : []),
];

describe.each(STORES)('two outboxes in one database, %s', (_, open) => {
  test("neither sends the other's intents, so each API gets its own token and key", async () => {
    await using payment = await listenPayments();
    await using mail = await listenPayments();
    await using pair = await open();
    for (const number of [1, 2, 3, 4, 5]) {
      await pair.pays.enqueue(pair.transaction, { url: payment.url, key: `pay-${number}` });
      await pair.mails.enqueue(pair.transaction, { url: mail.url, key: `mail-${number}` });
    }

    await Promise.all([
      runUntil(pair.pays, 5, withToken('payment token')),
      runUntil(pair.mails, 5, withToken('mail token')),
    ]);

    const seen = (requests: readonly Request[]) => new Set(requests.map(({ headers }) => headers.get('authorization')));
    expect(seen(payment.arrived)).toEqual(new Set(['payment token']));
    expect(seen(mail.arrived)).toEqual(new Set(['mail token']));
    expect(payment.arrived.every(({ headers }) => headers.get('idempotency-key')?.startsWith('"pay-'))).toBe(true);
    expect(await pair.mails.clean(-60_000)).toBe(5);
    expect(await pair.pays.counts()).toMatchObject({ done: 5 });
    expect(mail.arrived.every(({ headers }) => headers.get('idempotency-key')?.startsWith('mail-'))).toBe(true);
  });

  test('each counts, lists, finds and resolves its own', async () => {
    await using pair = await open();
    const url = 'http://127.0.0.1:9/';
    const paid = await pair.pays.enqueue(pair.transaction, { url, name: 'order-7', group: 'account-7' });
    const mailed = await pair.mails.enqueue(pair.transaction, { url, name: 'order-7', group: 'account-7' });

    expect(mailed).not.toBe(paid);
    expect(await pair.pays.enqueue(pair.transaction, { url, name: 'order-7' })).toBe(paid);
    expect(await pair.pays.counts()).toMatchObject({ due: 1 });
    expect(await pair.mails.find(mailed)).toMatchObject({ outbox: 'mail', name: 'order-7', group: 'account-7' });
    expect(await pair.mails.find(paid)).toBeUndefined();
    await expect(pair.mails.resolve(paid, 'applied')).rejects.toThrow(/no unknown or failed intent/);
    const listed: string[] = [];
    for await (const { outbox } of pair.mails.list('due')) listed.push(outbox);
    expect(listed).toEqual(['mail']);
  });

  test("equal group names in two outboxes don't block each other", async () => {
    const answer = Promise.withResolvers<void>();
    await using slow = await listenPayments(async () => {
      await answer.promise;
      return new Response(null, { status: 201 });
    });
    await using mail = await listenPayments();
    await using pair = await open();
    await pair.pays.enqueue(pair.transaction, { url: slow.url, group: 'account-7' });
    await pair.mails.enqueue(pair.transaction, { url: mail.url, group: 'account-7' });

    const running = runUntil(pair.pays, 1);
    await expect.poll(() => slow.arrived.length).toBe(1);
    expect(await runUntil(pair.mails, 1)).toMatchObject([{ state: 'done' }]);
    answer.resolve();
    await running;
  });
});

test('a name that another outbox has by accident is refused, and stores nothing', async () => {
  const database = new DatabaseSync(':memory:');
  const store = sqliteOutbox(database);
  const plain = openOutbox({ store });
  plain.enqueue(database, { url: 'http://127.0.0.1:9/', name: 'mail:order-7' });
  const mails = openOutbox({ store, name: 'mail' });

  expect(() => mails.enqueue(database, { url: 'http://127.0.0.1:9/', name: 'order-7' })).toThrow(
    'an intent of the outbox default has the name mail:order-7 already',
  );
  expect(await mails.counts()).toMatchObject({ due: 0 });
});

test.each(['', 'pay ments', 'a:b', 'x'.repeat(61), 7])('refuses the name %j', (name) => {
  const store = sqliteOutbox(':memory:');
  expect(() => openOutbox({ store, name: name as string })).toThrow(/the name of an outbox must be/);
  store.close();
});
