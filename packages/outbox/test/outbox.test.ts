import { DatabaseSync } from 'node:sqlite';
import { keys, openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { viewOf } from '../src/outbox.ts';
import { counts, take } from '../src/stores/statements.ts';
import { listenPayments } from './support/payments.ts';
import { runUntil } from './support/run-until.ts';

function open(now?: () => number) {
  const database = new DatabaseSync(':memory:');
  return { database, outbox: openOutbox({ store: sqliteOutbox(database, now && { now }) }) };
}

test.each([
  ['node:sqlite', () => new DatabaseSync(':memory:')],
  ['better-sqlite3', () => new BetterSqlite3(':memory:')],
])('%s: a committed intent takes effect once, with its stored key and bytes', async (_, openDatabase) => {
  await using payments = await listenPayments();
  const database = openDatabase();
  const outbox = openOutbox({ store: sqliteOutbox(database) });
  const body = new Uint8Array([0, 255, 10]);
  const id = outbox.enqueue(database, { url: payments.url, body, key: 'order-7' });

  const settled = await runUntil(outbox, 1);

  expect(settled).toMatchObject([{ id, state: 'done', status: 201, key: 'order-7', runs: 1 }]);
  expect(payments.effects).toEqual(['order-7']);
  expect(new Uint8Array((await payments.arrived[0]?.arrayBuffer()) ?? [])).toEqual(body);
});

test('an intent of a transaction that rolls back is never sent', async () => {
  await using payments = await listenPayments();
  const { database, outbox } = open();
  database.exec('begin');
  outbox.enqueue(database, { url: payments.url, key: 'rolled-back' });
  const running = runUntil(outbox, 1);
  await new Promise((resolve) => setTimeout(resolve, 50)); // the worker polls the same connection meanwhile
  database.exec('rollback');
  outbox.enqueue(database, { url: payments.url, key: 'committed' });
  await running;

  expect(payments.effects).toEqual(['committed']);
});

test('the same name is the same intent', () => {
  const { database, outbox } = open();

  const ids = [1, 2].map(() => outbox.enqueue(database, { url: 'http://127.0.0.1/', name: 'invoice-7' }));

  expect(ids[0]).toBe(ids[1]);
});

test('a lost answer is requested again with the same key, with one effect', async () => {
  let isFirst = true;
  await using payments = await listenPayments();
  const { database, outbox } = open();
  outbox.enqueue(database, { url: payments.url });
  const cutting: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!isFirst) return response;
    isFirst = false;
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  };

  const settled = await runUntil(outbox, 2, { fetch: cutting, maxWaitMs: 1 });

  expect(settled.map(({ state }) => state)).toEqual(['due', 'done']);
  expect(payments.effects).toHaveLength(1);
  expect(payments.arrived.map(({ headers }) => headers.get('idempotency-key'))).toEqual(
    Array(2).fill(`"${payments.effects[0]}"`),
  );
});

test('a refusal fails, even after runs that never reached the server', async () => {
  const { url, [Symbol.asyncDispose]: close } = await listenPayments();
  await close();
  const { database, outbox } = open();
  outbox.enqueue(database, { url });
  expect(await runUntil(outbox, 1, { maxWaitMs: 1 })).toMatchObject([{ state: 'due' }]);

  await using _ = await listenPayments(() => new Response(null, { status: 422 }), Number(new URL(url).port));
  expect(await runUntil(outbox, 1)).toMatchObject([{ state: 'failed', status: 422 }]);
});

test('after the key window nothing is sent, until a person says so', async () => {
  await using payments = await listenPayments();
  let now = 1_000_000;
  const { database, outbox } = open(() => now);
  const id = outbox.enqueue(database, { url: payments.url, windowMs: 3_600_000, key: 'first' });
  const lost: typeof fetch = async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  };
  await runUntil(outbox, 1, { fetch: lost });
  now += 3_600_000;

  const [late] = await runUntil(outbox, 1);
  expect(late).toMatchObject({ state: 'unknown', why: 'key-window-over', key: 'first', firstSentAt: 1_000_000 });
  expect(payments.arrived).toEqual([]);
  const listed: number[] = [];
  for await (const intent of outbox.unknown()) listed.push(intent.id);
  expect(listed).toEqual([id]);

  await outbox.resolve(id, 'send-with-new-key');
  await runUntil(outbox, 1);
  expect(payments.effects).toHaveLength(1);
  expect(payments.effects).not.toContain('first');
});

test.each([
  ['keys.stripe()', keys.stripe(), 'idempotency-key', /^[\w-]{36}$/],
  ['keys.paypal()', keys.paypal(), 'paypal-request-id', /^[\w-]{36}$/],
  ['keys.ietf()', keys.ietf(), 'idempotency-key', /^"[\w-]{36}"$/],
])('where the scheme is not known, a new key takes the form of %s', async (_, scheme, header, form) => {
  const database = new DatabaseSync(':memory:');
  const store = sqliteOutbox(database);
  const id = openOutbox({ store, scheme }).enqueue(database, { url: 'http://127.0.0.1:9/', key: 'k-7' });
  database.exec("update outbox set state = 'unknown', note = '500: replayed'");

  await viewOf(store, undefined, undefined).resolve(id, 'send-with-new-key');

  const renewed = await store.find(id);
  const carried = renewed?.headers.filter(([name]) => name === header).map(([, value]) => value);
  expect(carried).toEqual([expect.stringMatching(form)]);
  expect(carried?.[0]).toContain(renewed?.key);
  expect(JSON.stringify(renewed?.headers)).not.toContain('k-7');
  expect(renewed?.note).toBe('resolved: send-with-new-key (before: 500: replayed)');
});

test('refuses a new key if two headers may carry the old one', async () => {
  const { database, outbox } = open();
  const headers = { 'X-Order': 'k-7', 'X-Other': 'k-7' };
  const id = outbox.enqueue(database, { url: 'http://127.0.0.1:9/', key: 'k-7', headers });
  database.exec("update outbox set state = 'failed'");

  await expect(viewOf(sqliteOutbox(database), undefined, undefined).resolve(id, 'send-with-new-key')).rejects.toThrow(
    /it isn't clear which header/,
  );
  await outbox.resolve(id, 'send-with-new-key');
  expect((await outbox.find(id))?.headers).toContainEqual(['x-order', 'k-7']);
});

test('confirm answers before an intent becomes unknown', async () => {
  await using payments = await listenPayments();
  let now = 1_000_000;
  const { database, outbox } = open(() => now);
  outbox.enqueue(database, { url: payments.url, windowMs: 60_000 });
  await runUntil(outbox, 1, { send: async () => ({ status: 500 }) });
  now += 60_000;

  expect(await runUntil(outbox, 1, { confirm: () => 'applied' })).toMatchObject([{ state: 'done' }]);
});

test('an intent that was never sent has no window', async () => {
  await using payments = await listenPayments();
  let now = 1_000_000;
  const { database, outbox } = open(() => now);
  outbox.enqueue(database, { url: payments.url, windowMs: 60_000 });
  now += 31_536_000_000;

  expect(await runUntil(outbox, 1)).toMatchObject([{ state: 'done' }]);
});

test('prepare adds credentials that are never stored', async () => {
  await using payments = await listenPayments();
  const { database, outbox } = open();
  const id = outbox.enqueue(database, { url: payments.url });

  await runUntil(outbox, 1, { prepare: ({ headers }) => headers.set('authorization', 'Bearer 7') });

  expect(payments.arrived[0]?.headers.get('authorization')).toBe('Bearer 7');
  expect(JSON.stringify(await outbox.find(id))).not.toContain('Bearer');
});

test('a group has one request in flight at a time', async () => {
  let inFlight = 0;
  let most = 0;
  await using payments = await listenPayments(async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise(setImmediate);
    inFlight -= 1;
    return new Response(null, { status: 201 });
  });
  const { database, outbox } = open();
  for (let count = 0; count < 10; count += 1) outbox.enqueue(database, { url: payments.url, group: 'account-7' });

  await runUntil(outbox, 10);

  expect(most).toBe(1);
});

test('a worker that lost its lease settles nothing, and its request is aborted', async () => {
  const store = sqliteOutbox(':memory:');
  const database = new DatabaseSync(':memory:');
  const own = sqliteOutbox(database);
  const outbox = openOutbox({ store: { ...methodsOf(own), renew: async () => false } });
  outbox.enqueue(database, { url: 'http://127.0.0.1:1/' });
  const aborted = await new Promise<boolean>((resolve) => {
    outbox
      .start({
        pollMs: 5,
        leaseMs: 9,
        send: ({ signal }) =>
          new Promise((_, reject) =>
            signal.addEventListener('abort', () => {
              resolve(signal.aborted);
              reject(signal.reason);
            }),
          ),
      })
      .stop(5_000);
  });

  expect(aborted).toBe(true);
  await store.close();
});

test('an index finds the next and the oldest intent without sorting', () => {
  const database = new DatabaseSync(':memory:');
  sqliteOutbox(database);
  const dialect = { id: '', bytes: '', lockNext: '', byDue: 'indexed by outbox_due' };
  const planOf = (statement: string): string =>
    JSON.stringify(database.prepare(`explain query plan ${statement}`).all({ ':now': 0 } as never));

  const plan = planOf(take(dialect).replace(/:(fence|lease|outbox)/g, '0'));
  expect(plan).toContain('USING INDEX outbox_due');
  expect(plan).not.toMatch(/TEMP B-TREE|outbox_state/);
  const ofVersion2 = "indexed by outbox_due where state in ('due', 'sending') and due <= :now order by due, id limit 1";
  expect(planOf(`select id from outbox ${ofVersion2}`)).toContain('outbox_due');
  expect(planOf(counts(dialect, { outbox: 'default' }).replaceAll(':outbox', "'default'"))).toMatch(
    /USING (COVERING )?INDEX outbox_due/,
  );
});

test('counts, health and cleaning', async () => {
  await using payments = await listenPayments();
  let now = 1_000_000;
  const { database, outbox } = open(() => now);
  outbox.enqueue(database, { url: payments.url });
  expect(await outbox.health()).toMatchObject({ due: 1, isHealthy: true });
  await runUntil(outbox, 1);
  expect(await outbox.counts()).toMatchObject({ due: 0, done: 1 });

  expect(await outbox.clean()).toBe(0);
  now += 604_800_001;
  expect(await outbox.clean()).toBe(1);
});

test.each([
  ['a stream', { body: new ReadableStream() }, /intent.body must be a string or a Uint8Array/],
  ['a secret', { headers: { authorization: 'Bearer 7' } }, /authorization would be stored in plain text/],
  ['credentials in the URL', { url: 'https://user:secret@api.example/' }, /must not contain credentials/],
  ['a relative URL', { url: '/payments' }, /absolute URL/],
  ['another protocol', { url: 'ftp://api.example/' }, /http: or https:/],
  ['a key in the headers', { headers: { 'Idempotency-Key': 'k' } }, /set intent.key/],
  ['an unknown member', { idempotencyKey: 'k' }, /intent has no member idempotencyKey/],
  ['a window that is no number', { windowMs: Number.NaN }, /1 ms or more/],
])('refuses %s, and stores nothing', async (_, wrong, message) => {
  const { database, outbox } = open();

  expect(() => outbox.enqueue(database, { url: 'http://127.0.0.1/', ...wrong } as never)).toThrow(message);
  expect(await outbox.counts()).toMatchObject({ due: 0 });
});

test('refuses a scheme without a window', () => {
  const { windowMs: _, ...scheme } = keys.ietf();
  const database = new DatabaseSync(':memory:');
  const outbox = openOutbox({ store: sqliteOutbox(database), scheme: scheme as never });

  expect(() => outbox.enqueue(database, { url: 'http://127.0.0.1/' })).toThrow(/scheme's windowMs/);
});

function methodsOf<Store extends object>(store: Store): Store {
  return Object.fromEntries(
    ['insert', 'take', 'renew', 'settle', 'find', 'list', 'resolve', 'counts', 'clean', 'close'].map((name) => [
      name,
      (...given: unknown[]) => (store as Record<string, (...given: unknown[]) => unknown>)[name]?.(...given),
    ]),
  ) as Store;
}
