import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../../server/test/support/find-postgres.ts';
import { SCHEMA_VERSION } from '../src/stores/schema.ts';
import { listenPayments } from './support/payments.ts';
import { openPostgresPlace, openSqlitePlace, type Place } from './support/places.ts';
import { runUntil } from './support/run-until.ts';

const service = await findPostgres();
afterAll(() => service?.[Symbol.asyncDispose]());

type Open = (version?: number) => Promise<Place>;
const STORES: readonly (readonly [name: string, open: Open])[] = [
  ['SQLite', openSqlitePlace],
  ...(service ? [['Postgres', ((version) => openPostgresPlace(service.url, version)) satisfies Open] as const] : []),
];

/** A fetch that calls `act` while the first answer is on its way, and then loses that answer if asked to. */
function during(act: () => Promise<void> | void, losesAnswer = false): typeof fetch {
  let isFirst = true;
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!isFirst) return response;
    isFirst = false;
    await act();
    if (!losesAnswer) return response;
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  };
}

/** What a worker of version 2 does when it takes an intent, in the form that both databases know. */
const TAKEN_BY_VERSION_2 = `update outbox set state = 'sending', fence = 'f', due = 1, runs = runs + 1,
  first_sent = coalesce(first_sent, 1) where id = (
    select id from outbox as next where state in ('due', 'sending') and (group_name is null or state = 'sending' or not exists (
      select 1 from outbox as other where other.group_name = next.group_name and other.state = 'sending'))
    order by due, id limit 1)`;

/** The statement by which versions before 3 stored an intent. A migration must leave it working. */
function storedByOlderVersion(url: string, key: string): string {
  return `insert into outbox (key, method, url, headers, due, created, window_ms)
    values ('${key}', 'POST', '${url}', '[["idempotency-key","${key}"]]', 0, 0, 86400000)`;
}

describe.each(STORES)('%s', (_, open) => {
  test('a full disk refuses the order with its intent, and others are sent', async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    await place.order('order-6', { url: payments.url, key: 'order-6' });
    await place.fillDisk();

    const large = { url: payments.url, key: 'order-7', body: 'x'.repeat(100_000) };
    await expect(place.order('order-7', large)).rejects.toThrow(/full|No space left/);
    await runUntil(outbox, 1);

    expect(await place.orders()).toEqual(['order-6']);
    expect(payments.effects).toEqual(['order-6']);
    expect(await outbox.counts()).toMatchObject({ due: 0, done: 1 });
  });

  test('while the database is locked, the worker reports it and goes on afterwards', async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    await outbox.counts(); // connects
    await place.order('order-7', { url: payments.url, key: 'order-7' });
    const unlock = await place.lock();

    const errors: unknown[] = [];
    const onError = (error: unknown): void => {
      errors.push(error);
      if (errors.length === 1) void unlock();
    };
    const settled = await runUntil(outbox, 1, { onError });

    expect(String(errors[0])).toMatch(/locked|lock timeout/);
    expect(settled).toMatchObject([{ state: 'done' }]);
    expect(payments.effects).toEqual(['order-7']);
  });

  test('a database lost at the end of a request settles it later, with one effect', async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    await place.order('order-7', { url: payments.url, key: 'order-7' }, { url: payments.url, key: 'order-8' });
    const errors: unknown[] = [];
    const onError = (error: unknown): void => {
      errors.push(error);
      if (errors.length === 1) void place.run('alter table away rename to outbox');
    };
    const fetch = during(async () => {
      await place.cut();
      await place.run('alter table outbox rename to away');
    });

    const settled = await runUntil(outbox, 2, { fetch, onError, concurrency: 1 });

    expect(errors.length).toBeGreaterThan(0);
    expect(settled).toMatchObject([
      { state: 'done', key: 'order-7', runs: 1 },
      { state: 'done', key: 'order-8', runs: 1 },
    ]);
    expect(payments.effects).toEqual(['order-7', 'order-8']);
  });

  test('a database lost until the lease ends has the request resent, with one effect', async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    await place.order('order-7', { url: payments.url, key: 'order-7' });
    // The process that sent the request gets no answer, and never reaches the database again.
    const hanging: typeof globalThis.fetch = async (input, init) => {
      await fetch(input, init);
      return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    };
    const gone = outbox.start({ concurrency: 1, leaseMs: 60_000, fetch: hanging });
    await expect.poll(() => payments.effects).toEqual(['order-7']);
    place.moveClock(60_000);

    const settled = await runUntil(outbox, 1);

    expect(settled).toMatchObject([{ state: 'done', runs: 2 }]);
    expect(payments.effects).toEqual(['order-7']);
    expect(payments.arrived).toHaveLength(2);
    await gone.stop(0);
  });

  test('a clock that is set back an hour doubles and loses nothing', async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    await place.order('before', { url: payments.url, key: 'before' });
    const setBack = during(() => place.moveClock(-3_600_000), true);
    await runUntil(outbox, 1, { fetch: setBack });
    await place.order('after', { url: payments.url, key: 'after' });
    place.moveClock(3_600_000 + 10_000); // an hour later

    const settled = await runUntil(outbox, 2);

    expect(settled.map(({ key, state }) => [key, state]).toSorted()).toEqual([
      ['after', 'done'],
      ['before', 'done'],
    ]);
    expect(payments.effects.toSorted()).toEqual(['after', 'before']);
  });

  test("a poisoned intent doesn't stop the worker", async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    for (const key of ['poison', 'a', 'b', 'c']) await place.order(key, { url: payments.url, key });
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

  test("an unreadable row doesn't stop the worker", async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    for (const key of ['poison', 'a', 'b']) await place.order(key, { url: payments.url, key });
    await place.run("update outbox set headers = 'no JSON' where key = 'poison'");

    const errors: unknown[] = [];
    const settled = await runUntil(outbox, 2, { concurrency: 1, onError: (error) => errors.push(error) });

    expect(settled.map(({ key, state }) => [key, state])).toEqual([
      ['a', 'done'],
      ['b', 'done'],
    ]);
    expect(String(errors[0])).toMatch(/JSON/);
  });

  test('tables of an older version are migrated, and their intents are sent', async () => {
    await using payments = await listenPayments();
    await using place = await open(1);
    await place.run(storedByOlderVersion(payments.url, 'order-7'));

    const [outbox] = await Promise.all([place.open(), place.open()]); // two processes start at the same time
    const settled = await runUntil(outbox, 1);

    expect(settled).toMatchObject([{ state: 'done', key: 'order-7' }]);
    expect(payments.effects).toEqual(['order-7']);
  });

  test('processes of version 2 continue on the tables of this version', async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    await place.order('order-7', { url: payments.url, key: 'order-7' });

    await place.run(TAKEN_BY_VERSION_2, storedByOlderVersion(payments.url, 'order-8'));
    place.moveClock(60_000);
    const settled = await runUntil(outbox, 2);

    expect(settled.map(({ key, runs }) => [key, runs]).toSorted()).toEqual([
      ['order-7', 2],
      ['order-8', 1],
    ]);
  });

  test("a worker outlives a newer version's migration, and a new start refuses it", async () => {
    await using payments = await listenPayments();
    await using place = await open();
    const outbox = await place.open();
    await place.order('order-7', { url: payments.url, key: 'order-7' });
    await runUntil(outbox, 1);
    await place.run(
      "alter table outbox add column lane text not null default 'any'",
      `update outbox_schema set version = ${SCHEMA_VERSION + 1}`,
    );

    await place.order('order-8', { url: payments.url, key: 'order-8' });
    await runUntil(outbox, 1);

    expect(payments.effects).toEqual(['order-7', 'order-8']);
    await expect(place.open()).rejects.toThrow(
      `the outbox's tables have version ${SCHEMA_VERSION + 1}, and this @twicesafe/outbox knows versions up to ${SCHEMA_VERSION}`,
    );
  });

  test('stop() waits for requests in flight and takes nothing more', async () => {
    const arrived = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await using payments = await listenPayments(async () => {
      arrived.resolve();
      await answer.promise;
      return new Response(null, { status: 201 });
    });
    await using place = await open();
    const outbox = await place.open();
    for (const key of ['first', 'second']) await place.order(key, { url: payments.url, key });
    const running = outbox.start({ pollMs: 5, concurrency: 1 });
    await arrived.promise;

    const stopped = running.stop();
    answer.resolve();
    await stopped;

    expect(payments.effects).toEqual(['first']);
    expect(await outbox.counts()).toMatchObject({ due: 1, sending: 0, done: 1 });
  });
});

describe.skipIf(!service)('Postgres', () => {
  test('a worker that started without migrate() reports it, and sends nothing', async () => {
    await using payments = await listenPayments();
    await using place = await openPostgresPlace(service?.url ?? '', 1);
    await place.run(storedByOlderVersion(payments.url, 'order-7'));

    const reported = await new Promise<unknown>((onError) => {
      const running = place
        .openUnmigrated()
        .start({ pollMs: 5, onError: (error) => void running.stop().then(() => onError(error)) });
    });

    expect(String(reported)).toMatch(
      /have version 1, and this @twicesafe\/outbox needs version 3: call migrate\(\) first/,
    );
    expect(payments.arrived).toEqual([]);
  });
});
