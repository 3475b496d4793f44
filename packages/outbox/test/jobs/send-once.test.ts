import { DatabaseSync } from 'node:sqlite';
import { type IntentJob, intentJob, openOutbox, relayTo, sendOnce } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { expect, test } from 'vitest';
import { listenPayments } from '../support/payments.ts';
import { runUntil } from '../support/run-until.ts';

const ONE_ATTEMPT = { retry: { maxAttempts: 1 } };

/** What an engine does to a job: it stores it as JSON. */
function stored(job: IntentJob): IntentJob {
  return JSON.parse(JSON.stringify(job));
}

test('a job that runs twice takes effect once, with its stored key and bytes', async () => {
  await using payments = await listenPayments();
  const body = new Uint8Array([0, 255, 10]);
  const job = stored(intentJob({ url: payments.url, body }));

  const first = await sendOnce(job, { earlierRuns: 0 });
  const second = await sendOnce(job, { earlierRuns: 1 });

  expect([first, second]).toMatchObject([
    { state: 'done', status: 201, runs: 1, key: job.key },
    { state: 'done', status: 201, runs: 2, key: job.key },
  ]);
  expect(payments.effects).toEqual([job.key]);
  expect(payments.arrived).toHaveLength(2);
  for (const request of payments.arrived) expect(new Uint8Array(await request.arrayBuffer())).toEqual(body);
});

test('a lost answer makes the job due again', async () => {
  await using payments = await listenPayments();
  const job = stored(intentJob({ url: payments.url }));
  const cutting: typeof fetch = async (input, init) => {
    await fetch(input, init);
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  };

  const first = await sendOnce(job, { earlierRuns: 0 }, { ...ONE_ATTEMPT, fetch: cutting, maxWaitMs: 50 });
  expect(first).toMatchObject({ state: 'due', inMs: expect.any(Number) });
  expect(await sendOnce(job, { earlierRuns: 1 })).toMatchObject({ state: 'done' });
  expect(payments.effects).toEqual([job.key]);
});

test('a refusal fails a first run, and leaves a later one unknown', async () => {
  const plain: typeof fetch = async () => new Response(null, { status: 422 });
  const options = { fetch: plain, retry: { innerRetries: 'none' } } as const;
  const job = intentJob({ url: 'http://127.0.0.1:9/' });

  expect(await sendOnce(job, { earlierRuns: 0 }, options)).toMatchObject({ state: 'failed', status: 422 });
  expect(await sendOnce(job, {}, options)).toMatchObject({ state: 'unknown', why: 'effect-unknown' });
});

test('after the key window nothing is sent, unless no run began before', async () => {
  await using payments = await listenPayments();
  const job = { ...intentJob({ url: payments.url, windowMs: 60_000 }), since: Date.now() - 60_000 };

  expect(await sendOnce(job, { earlierRuns: 1 })).toMatchObject({ state: 'unknown', why: 'key-window-over' });
  expect(payments.arrived).toEqual([]);
  expect(await sendOnce(job, { earlierRuns: 0 })).toMatchObject({ state: 'done' });
});

test('prepare adds credentials, and confirm settles an unknown outcome', async () => {
  await using payments = await listenPayments();
  const job = intentJob({ url: payments.url });
  const options = { prepare: ({ headers }: { headers: Headers }) => headers.set('authorization', 'Bearer 7') };
  await sendOnce(job, { earlierRuns: 0 }, options);
  expect(payments.arrived[0]?.headers.get('authorization')).toBe('Bearer 7');

  const late = { ...job, since: 0, windowMs: 1_000 };
  expect(await sendOnce(late, {}, { confirm: () => 'applied' })).toMatchObject({ state: 'done' });
});

test.each([
  [() => intentJob({ url: 'http://127.0.0.1/', name: 'x' } as never), /intentJob does not take name/],
  [() => intentJob({ url: '/payments' }), /absolute URL/],
  [() => sendOnce({ url: 'http://127.0.0.1/' } as never), /needs a job that intentJob made/],
  [() => sendOnce(intentJob({ url: 'http://127.0.0.1/' }), { earlierRuns: -1 }), /earlierRuns must be/],
  [() => sendOnce(intentJob({ url: 'http://127.0.0.1/' }), { firstSentAt: Number.NaN }), /firstSentAt must be/],
])('refuses mistake %#', async (mistake, message) => {
  await expect((async () => mistake())()).rejects.toThrow(message);
});

test('a relayed intent is done when the engine has its job, key and first time', async () => {
  let now = 1_000_000;
  const database = new DatabaseSync(':memory:');
  const outbox = openOutbox({ store: sqliteOutbox(database, { now: () => now }) });
  const id = outbox.enqueue(database, { url: 'http://127.0.0.1:9/', body: 'paid', key: 'k-7' });
  const added: [IntentJob, number][] = [];
  let isAway = true;
  const send = relayTo(async (job, intent) => {
    if (isAway) throw new Error('the engine is away');
    added.push([job, intent]);
  });
  const prepare = ({ headers }: { headers: Headers }) => headers.set('authorization', 'Bearer 7');

  expect(await runUntil(outbox, 1, { send, prepare })).toMatchObject([{ state: 'due' }]);
  isAway = false;
  now += 10_000;
  expect(await runUntil(outbox, 1, { send, prepare })).toMatchObject([{ state: 'done', status: 202 }]);

  expect(added).toMatchObject([[{ key: 'k-7', since: 1_000_000, body: Buffer.from('paid').toString('base64') }, id]]);
  expect(JSON.stringify(added)).not.toContain('Bearer');
});
