import { DatabaseSync } from 'node:sqlite';
import { type Handler, type IdempotentOptions, NotApplied } from '@twicesafe/server';
import { commitSync, Fenced, type SqliteDatabase, sqliteStore } from '@twicesafe/server/sqlite';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { createPayments, type Payments, seen } from '../support/payments.ts';

interface Ledger extends Payments {
  readonly database: SqliteDatabase;
  /** The payments in the database. */
  paid(): number;
}

type Work = (database: SqliteDatabase) => Response;

describe.each([
  ['node:sqlite', (): SqliteDatabase => new DatabaseSync(':memory:')],
  ['better-sqlite3', (): SqliteDatabase => new BetterSqlite3(':memory:')],
])('commitSync with %s', (_, open) => {
  const createLedger = (
    work: Work = () => Response.json({ paid: true }, { status: 201 }),
    own: Partial<IdempotentOptions> = {},
  ): Ledger => {
    const database = open();
    database.exec('create table payments (body text)');
    const store = sqliteStore(database);
    const pay: Handler = (_request, { held }) =>
      commitSync(database, held, () => {
        database.exec("insert into payments values ('paid')");
        return work(database);
      });
    const paid = (): number =>
      (database.prepare('select count(*) as count from payments').get({}) as { count: number }).count;
    return { database, paid, ...createPayments({ store, interrupted: 'run-again', ...own }, pay) };
  };

  test('stores the effect and the response together', async () => {
    const api = createLedger();
    const first = await api.pay('k');

    const replay = await api.pay('k');

    expect(await seen(first)).toEqual([201, false]);
    expect(await seen(replay)).toEqual([201, true]);
    expect(await replay.json()).toEqual({ paid: true });
    expect(await first.json()).toEqual({ paid: true });
    expect(api.paid()).toBe(1);
  });

  test('runs a request without a key in a transaction, too', async () => {
    const api = createLedger();

    expect(await seen(await api.pay(undefined))).toEqual([201, false]);
    expect(api.paid()).toBe(1);
  });

  test('rolls back and gives the key back if the work fails', async () => {
    const failures = [new Error('own')];
    const api = createLedger(() => {
      const failure = failures.pop();
      if (failure) throw failure;
      return new Response('paid');
    });

    expect(await seen(await api.pay('k'))).toEqual([500, false, 'handler-failed']);
    expect(api.paid()).toBe(0);
    expect(await seen(await api.pay('k'))).toEqual([200, false]);
    expect(api.paid()).toBe(1);
  });

  test.each([
    ['a response that is not stored', (): Response => new Response(null, { status: 503 }), 503],
    [
      'NotApplied',
      (): Response => {
        throw new NotApplied(new Response(null, { status: 409 }));
      },
      409,
    ],
  ])('rolls back and gives the key back for %s', async (_name, work, status) => {
    const works = [work];
    const api = createLedger(() => works.pop()?.() ?? new Response('paid'));

    expect(await seen(await api.pay('k'))).toEqual([status, false]);
    expect(api.paid()).toBe(0);
    expect(await seen(await api.pay('k'))).toEqual([200, false]);
    expect(api.paid()).toBe(1);
  });

  test.each<[string, () => Response, string]>([
    ['a string', () => new Response('é'), 'é'],
    ['bytes', () => new Response(new TextEncoder().encode('é')), 'é'],
    ['part of a buffer', () => new Response(new TextEncoder().encode('aéb').subarray(1, 3)), 'é'],
    ['an ArrayBuffer', () => new Response(new TextEncoder().encode('é').buffer), 'é'],
    ['parameters', () => new Response(new URLSearchParams({ a: 'b c' })), 'a=b+c'],
    ['JSON', () => Response.json(['é']), '["é"]'],
    ['nothing', () => new Response(null), ''],
    ['an empty string', () => new Response(''), ''],
  ])('stores a response made of %s', async (_name, work, text) => {
    const api = createLedger(work);
    const first = await api.pay('k');

    const replay = await api.pay('k');

    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    expect([await first.text(), await replay.text()]).toEqual([text, text]);
    expect(replay.headers.get('content-type')).toBe(first.headers.get('content-type'));
  });

  const made = new Response('made before');
  test.each<[string, () => unknown]>([
    ['made of a Blob', () => new Response(new Blob(['paid']))],
    ['made of a stream', () => new Response(new Blob(['paid']).stream())],
    ['made before the work', () => made],
    ['that is no response', () => 'paid'],
    ['that is a promise', async () => new Response('paid')],
  ])('rolls back a response %s, whose bytes it cannot know', async (_name, work) => {
    const api = createLedger(work as () => Response);

    expect(await seen(await api.pay('k'))).toEqual([500, false, 'handler-failed']);
    expect(api.paid()).toBe(0);
    expect(globalThis.Response).toBe(made.constructor);
  });

  test('stores a response without its body if that is too large', async () => {
    const api = createLedger(() => new Response('x'.repeat(3_000)), { maxResponseBytes: 1_000 });

    expect(await (await api.pay('k')).text()).toHaveLength(3_000);
    expect(await seen(await api.pay('k'))).toEqual([500, true, 'response-not-stored']);
    expect(api.paid()).toBe(1);
  });

  test('leaves a transaction of the caller alone', async () => {
    const api = createLedger();
    await api.pay('a');
    api.database.exec('begin');
    api.database.exec("insert into payments values ('own')");

    await expect(commitSync(api.database, undefined, () => new Response())).rejects.toThrow(/transaction/);

    api.database.exec('commit');
    expect(api.paid()).toBe(2);
  });
});

test('commitSync answers with the committed response if the handler fails after it', async () => {
  const database = new DatabaseSync(':memory:');
  const api = createPayments({ store: sqliteStore(database) }, async (_, { held }) => {
    await commitSync(database, held, () => new Response('paid', { status: 201 }));
    throw new Error('own');
  });

  const first = await api.pay('k');

  expect([first.status, await first.text()]).toEqual([201, 'paid']);
  expect(await seen(await api.pay('k'))).toEqual([201, true]);
});

test('a refusal that the handler makes of a failed transaction is kept', async () => {
  const database = new DatabaseSync(':memory:');
  const api = createPayments({ store: sqliteStore(database) }, async (_, { held }) => {
    const work = (): Response => {
      throw new Error('insufficient funds');
    };
    return commitSync(database, held, work).catch(() => new Response('insufficient funds', { status: 402 }));
  });

  expect(await seen(await api.pay('k'))).toEqual([402, false]);
  expect(await seen(await api.pay('k'))).toEqual([402, true]);
  expect(api.effects).toHaveLength(1);
});

test('a 5xx that the application makes of a failed transaction is not kept', async () => {
  const database = new DatabaseSync(':memory:');
  const api = createPayments({ store: sqliteStore(database) }, async (_, { held }) => {
    const work = (): Response => {
      throw new Error('own');
    };
    return commitSync(database, held, work).catch(() => new Response('failed', { status: 500 }));
  });

  expect(await seen(await api.pay('k'))).toEqual([500, false]);
  expect(await seen(await api.pay('k'))).toEqual([500, false]);
});

test('commitSync commits once', async () => {
  const database = new DatabaseSync(':memory:');
  const errors: unknown[] = [];
  const api = createPayments({ store: sqliteStore(database) }, async (_, { held }) => {
    const first = await commitSync(database, held, () => new Response('first'));
    await commitSync(database, held, () => new Response('second')).catch((error: unknown) => errors.push(error));
    return first;
  });

  expect(await (await api.pay('k')).text()).toBe('first');
  expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('committed already') })]);
});

test("a fenced-off handler answers with the key owner's response", async () => {
  const database = new DatabaseSync(':memory:');
  const store = sqliteStore(database);
  database.exec('create table payments (body text)');
  let errors = 0;
  const api = createPayments({ store, interrupted: 'run-again' }, async (_, { held }) => {
    // A second server took the key over and completed it meanwhile.
    database.exec(`update idempotency set fence = 'other', outcome = '{"s":202,"h":[],"t":"other"}'`);
    const work = (): Response => {
      database.exec("insert into payments values ('late')");
      return new Response('late');
    };
    return commitSync(database, held, work).catch((error: unknown) => {
      if (error instanceof Fenced) errors += 1;
      throw error;
    });
  });

  const response = await api.pay('k');

  expect([errors, response.status, await response.text()]).toEqual([1, 202, 'other']);
  expect(database.prepare('select * from payments').all()).toEqual([]);
});
