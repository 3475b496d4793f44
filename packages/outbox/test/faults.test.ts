import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { afterAll, expect, test } from 'vitest';
import { listenPayments } from './support/payments.ts';
import { runUntil } from './support/run-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'twicesafe-faults-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** An outbox whose connection waits for no lock, so that a test need not. */
function openImpatient(name: string) {
  const path = join(directory, name);
  const own = new DatabaseSync(path, { timeout: 0 });
  const database = new DatabaseSync(path, { timeout: 0 });
  own.exec('pragma journal_mode = wal');
  return { own, database, outbox: openOutbox({ store: sqliteOutbox(own) }) };
}

test('a full disk refuses the order and its intent together, and the others are sent', async () => {
  await using payments = await listenPayments();
  const { database, outbox } = openImpatient('full.db');
  database.exec('create table orders (name text)');
  outbox.enqueue(database, { url: payments.url, key: 'before' });
  const { page_count: pages } = database.prepare('pragma page_count').get() as { page_count: number };
  database.exec(`pragma max_page_count = ${pages + 1}`);

  database.exec('begin immediate');
  database.exec("insert into orders values ('order-7')");
  const body = 'x'.repeat(100_000);
  expect(() => outbox.enqueue(database, { url: payments.url, key: 'full', body })).toThrow(/full/);
  if (database.isTransaction) database.exec('rollback');

  await runUntil(outbox, 1);
  expect(database.prepare('select name from orders').all()).toEqual([]);
  expect(payments.effects).toEqual(['before']);
  expect(await outbox.counts()).toMatchObject({ due: 0, done: 1 });
});

test('while another process locks the database, the worker reports it and goes on afterwards', async () => {
  await using payments = await listenPayments();
  const { database, outbox } = openImpatient('locked.db');
  outbox.enqueue(database, { url: payments.url, key: 'order-7' });
  database.exec('begin immediate');

  const errors: unknown[] = [];
  const onError = (error: unknown): void => {
    errors.push(error);
    if (database.isTransaction) database.exec('rollback'); // the other process is ready
  };
  const settled = await runUntil(outbox, 1, { onError });

  expect(String(errors[0])).toMatch(/locked/);
  expect(settled).toMatchObject([{ state: 'done' }]);
  expect(payments.effects).toEqual(['order-7']);
});

test('a database that is gone when a request ends settles it later, with one effect', async () => {
  await using payments = await listenPayments();
  const { own, database, outbox } = openImpatient('gone.db');
  outbox.enqueue(database, { url: payments.url, key: 'order-7' });
  const errors: unknown[] = [];
  const onError = (error: unknown): void => {
    errors.push(error);
    own.exec('alter table away rename to outbox');
  };
  const gone: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (errors.length === 0) own.exec('alter table outbox rename to away');
    return response;
  };

  const settled = await runUntil(outbox, 1, { fetch: gone, onError });

  expect(String(errors[0])).toMatch(/no such table/);
  expect(settled).toMatchObject([{ state: 'done', runs: 1 }]);
  expect(payments.effects).toEqual(['order-7']);
});

test('a clock that is set back an hour doubles and loses nothing', async () => {
  await using payments = await listenPayments();
  let now = 7_200_000;
  const database = new DatabaseSync(':memory:');
  const outbox = openOutbox({ store: sqliteOutbox(database, { now: () => now }) });
  outbox.enqueue(database, { url: payments.url, key: 'before' });
  let isFirst = true;
  const lost: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!isFirst) return response;
    isFirst = false;
    now -= 3_600_000;
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  };
  await runUntil(outbox, 1, { fetch: lost });
  outbox.enqueue(database, { url: payments.url, key: 'after' });
  now += 10_000;

  const settled = await runUntil(outbox, 2, { fetch: lost });

  expect(settled.map(({ key, state }) => [key, state]).toSorted()).toEqual([
    ['after', 'done'],
    ['before', 'done'],
  ]);
  expect(payments.effects.toSorted()).toEqual(['after', 'before']);
});

test('a poisoned intent stops nobody', async () => {
  await using payments = await listenPayments();
  const database = new DatabaseSync(':memory:');
  const outbox = openOutbox({ store: sqliteOutbox(database) });
  outbox.enqueue(database, { url: payments.url, key: 'poison' });
  for (const key of ['a', 'b', 'c']) outbox.enqueue(database, { url: payments.url, key });
  const prepare = ({ headers }: { headers: Headers }): void => {
    if (headers.get('idempotency-key') === '"poison"') throw new Error('no credentials for this one');
  };

  const settled = await runUntil(outbox, 4, { prepare, concurrency: 1 });

  expect(settled.map(({ key, state }) => [key, state])).toEqual([
    ['poison', 'due'],
    ['a', 'done'],
    ['b', 'done'],
    ['c', 'done'],
  ]);
  expect(payments.effects).toEqual(['a', 'b', 'c']);
});

test('stop() waits for what is in flight, and takes nothing more', async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await using payments = await listenPayments(async () => {
    arrived.resolve();
    await answer.promise;
    return new Response(null, { status: 201 });
  });
  const database = new DatabaseSync(':memory:');
  const outbox = openOutbox({ store: sqliteOutbox(database) });
  for (const key of ['first', 'second']) outbox.enqueue(database, { url: payments.url, key });
  const running = outbox.start({ pollMs: 5, concurrency: 1 });
  await arrived.promise;

  const stopped = running.stop();
  answer.resolve();
  await stopped;

  expect(payments.effects).toEqual(['first']);
  expect(await outbox.counts()).toMatchObject({ due: 1, sending: 0, done: 1 });
});
