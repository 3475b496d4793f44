import { type Handler, type IdempotentOptions, NotApplied } from '@twicesafe/server';
import { commit, migrate, type PostgresClient, postgresStore, transaction } from '@twicesafe/server/postgres';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../support/find-postgres.ts';
import { createPayments, type Payments, seen, URL_OF_API } from '../support/payments.ts';
import { createSchema } from '../support/postgres-schema.ts';

const service = await findPostgres();
const url = service?.url ?? '';
const schema = service && (await createSchema(url));
const pool = schema?.pool as Exclude<typeof schema, undefined>['pool'];
if (schema) {
  await migrate(pool);
  await pool.query('create table payments (key text)');
}
const sql = schema && postgres(url, { max: 8, connection: { search_path: schema.name } });
afterAll(async () => {
  await sql?.end();
  await schema?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

async function paid(key: string): Promise<number> {
  return (await pool.query('select count(*)::int as count from payments where key = $1', [key])).rows[0].count;
}

describe.skipIf(!service).each([
  ['pg', () => pool as PostgresClient],
  ['postgres.js', () => sql as PostgresClient],
])('commit with %s', (_, client) => {
  const createLedger = (
    work: () => unknown = () => new Response('paid', { status: 201 }),
    own: Partial<IdempotentOptions> = {},
  ): Payments => {
    const pay: Handler = (_request, { key, held }) =>
      commit(client(), held, async (tx) => {
        await tx.query('insert into payments values ($1)', [key ?? 'none']);
        return (await work()) as Response;
      });
    return createPayments({ store: postgresStore(client()), interrupted: 'run-again', ...own }, pay);
  };

  test('stores the effect and the response together', async () => {
    const key = crypto.randomUUID();
    const api = createLedger();

    const responses = await Promise.all(Array.from({ length: 30 }, () => api.pay(key)));

    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 201));
    expect(await paid(key)).toBe(1);
  });

  test('rolls back and gives the key back if the work fails', async () => {
    const key = crypto.randomUUID();
    const works = [
      (): Response => {
        throw new Error('own');
      },
    ];
    const api = createLedger(() => works.pop()?.() ?? new Response('paid'));

    expect(await seen(await api.pay(key))).toEqual([500, false, 'handler-failed']);
    expect(await paid(key)).toBe(0);
    expect(await seen(await api.pay(key))).toEqual([200, false]);
    expect(await paid(key)).toBe(1);
  });

  test.each([
    ['a response that is not stored', (): Response => new Response(null, { status: 429 }), 429],
    [
      'NotApplied',
      (): Response => {
        throw new NotApplied(new Response(null, { status: 409 }));
      },
      409,
    ],
  ])('rolls back and gives the key back for %s', async (_name, work, status) => {
    const key = crypto.randomUUID();
    const works = [work];
    const api = createLedger(() => works.pop()?.() ?? new Response('paid'));

    expect(await seen(await api.pay(key))).toEqual([status, false]);
    expect(await paid(key)).toBe(0);
    expect(await seen(await api.pay(key))).toEqual([200, false]);
  });

  test('rolls back if another request owns the key, whose response is the answer', async () => {
    const key = crypto.randomUUID();
    const api = createLedger(async () => {
      // What a second server does while this one is stalled: it takes the key over and completes it.
      await pool.query(`update idempotency set fence = 'other', outcome = '{"s":202,"h":[]}' where outcome is null`);
      return new Response('late');
    });

    expect(await seen(await api.pay(key))).toEqual([202, true]);
    expect(await paid(key)).toBe(0);
  });

  test('asks the record when the reply to its commit is lost', async () => {
    const key = crypto.randomUUID();
    const base = createPayments({ store: postgresStore(pool), interrupted: 'run-again' }, (_request, { held }) =>
      commit(losingCommit(), held, async (tx) => {
        await tx.query('insert into payments values ($1)', [key]);
        return new Response('paid', { status: 201 });
      }),
    );

    expect(await seen(await base.pay(key))).toEqual([201, false]);
    expect(await seen(await base.pay(key))).toEqual([201, true]);
    expect(await paid(key)).toBe(1);
  });

  test("gives the driver's own transaction", async () => {
    const api = createPayments({ store: postgresStore(client()) }, (_request, { held }) =>
      commit(client(), held, async (tx: postgres.TransactionSql & { query?: unknown }) => {
        const isTag = typeof tx === 'function';
        return Response.json(isTag ? await tx`select 1 as one` : typeof tx);
      }),
    );

    expect(await (await api.pay(crypto.randomUUID())).json()).toEqual(client() === pool ? 'object' : [{ one: 1 }]);
  });

  test('returns its connection, whatever happens', async () => {
    const api = createLedger(() => {
      throw new Error('own');
    });

    await Promise.all(Array.from({ length: 20 }, () => api.pay(crypto.randomUUID())));

    expect([pool.totalCount - pool.idleCount, pool.waitingCount]).toEqual([0, 0]);
  });
});

test.skipIf(!service)('a failed statement that the work hides rolls back, even without a key', async () => {
  const api = createPayments({ store: postgresStore(pool) }, (_request, { held }) =>
    commit(pool, held, async (tx) => {
      await tx.query('select 1 / 0').catch(() => {});
      return new Response('paid');
    }),
  );

  expect(await seen(await api.pay(crypto.randomUUID()))).toEqual([500, false, 'handler-failed']);
  await expect(api.pay(undefined)).rejects.toThrow('rolled it back');
});

/** A pool whose connection breaks when the reply to `commit` is awaited. */
function losingCommit(): PostgresClient {
  return {
    totalCount: 0,
    query: pool.query.bind(pool),
    connect: async () => {
      const client = await pool.connect();
      return {
        query: async (text: string, values?: unknown[]) => {
          const result = await client.query(text as never, values as never);
          if (text === 'commit') throw new Error('connection reset');
          return result;
        },
        release: () => client.release(),
      };
    },
  } as unknown as PostgresClient;
}

describe.skipIf(!service).each([
  ['pg', () => pool as PostgresClient],
  ['postgres.js', () => sql as PostgresClient],
])('transaction with %s', (_, client) => {
  const open = (
    work: () => unknown,
    own: Partial<IdempotentOptions> = {},
  ): ((key?: string, body?: string) => Promise<Response>) => {
    const handle = transaction(
      client(),
      async (_request, { key, transaction: tx }) => {
        await tx.query('insert into payments values ($1)', [key ?? 'none']);
        return (await work()) as Response;
      },
      { scope: () => 'single-tenant', onEvent: () => {}, ...own },
    );
    return (key, body = '{}') => {
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      return handle(new Request(URL_OF_API, { method: 'POST', body, headers }));
    };
  };

  test('runs one of many duplicates, and answers the others with its response', async () => {
    const key = crypto.randomUUID();
    const pay = open(() => new Response('paid', { status: 201 }));

    const responses = await Promise.all(Array.from({ length: 30 }, () => pay(key)));

    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 201));
    expect(responses.filter(({ headers }) => headers.has('idempotent-replayed'))).toHaveLength(29);
    expect(await paid(key)).toBe(1);
    expect(await seen(await pay(key, 'other'))).toEqual([422, false, 'key-reused']);
  });

  test('answers 409 to a duplicate in flight, without holding its connection', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const key = crypto.randomUUID();
    const pay = open(() => promise.then(() => new Response('paid')), { waitMs: 0 });
    const first = pay(key);
    while ((await lockCount()) === 0);

    const others = await Promise.all(Array.from({ length: 20 }, () => pay(key)));
    resolve();

    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([409]));
    expect((await first).status).toBe(200);
    expect(await paid(key)).toBe(1);
  });

  test.each([
    [
      'fails',
      (): Response => {
        throw new Error('own');
      },
      [500, false, 'handler-failed'],
    ],
    [
      'is NotApplied',
      (): Response => {
        throw new NotApplied(new Response(null, { status: 409 }));
      },
      [409, false],
    ],
    ['gives a response that is not stored', (): Response => new Response(null, { status: 503 }), [503, false]],
  ])('rolls back if the handler %s', async (_name, work, answer) => {
    const key = crypto.randomUUID();
    const works = [work];
    const pay = open(() => works.pop()?.() ?? new Response('paid'));

    expect(await seen(await pay(key))).toEqual(answer);
    expect(await paid(key)).toBe(0);
    expect(await seen(await pay(key))).toEqual([200, false]);
    expect(await paid(key)).toBe(1);
  });

  test('runs a request without a key in a transaction, too', async () => {
    const pay = open(() => new Response('paid'));

    expect((await pay()).status).toBe(200);
  });
});

async function lockCount(): Promise<number> {
  return (await pool.query(`select count(*)::int as count from pg_locks where locktype = 'advisory' and granted`))
    .rows[0].count;
}

test('transaction names an option that is missing', () => {
  expect(() => transaction({ query: async () => ({ rows: [] }) }, async () => new Response(), {} as never)).toThrow(
    /^scope/,
  );
});
