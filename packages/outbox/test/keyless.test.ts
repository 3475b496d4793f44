import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { intentJob, openOutbox, sendOnce } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { serve } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { runUntil } from './support/run-until.ts';

/** An API that takes no key: each request that arrives is a mail. `answer` may cut the connection instead. */
async function openMail(answer: (count: number) => number | 'cut' | 'silence') {
  const mails: (string | undefined)[] = [];
  const server = await serve((request, response) => {
    mails.push(request.headers['idempotency-key']?.toString());
    const status = answer(mails.length);
    if (status === 'cut') request.socket.destroy();
    else if (status !== 'silence') response.writeHead(status).end();
  });
  return { url: `${server.url}mails`, mails, [Symbol.asyncDispose]: () => server.close() };
}

function open() {
  const database = new DatabaseSync(':memory:');
  return { database, outbox: openOutbox({ store: sqliteOutbox(database), name: 'mail', scheme: 'none' }) };
}

const TRIES = { maxWaitMs: 1, retry: { maxAttempts: 5, budget: 'none' } } as const;

test('a mail is sent once, without a key', async () => {
  await using mail = await openMail(() => 202);
  const { database, outbox } = open();
  outbox.enqueue(database, { url: mail.url });

  expect(await runUntil(outbox, 1, TRIES)).toMatchObject([{ state: 'done', status: 202 }]);
  expect(mail.mails).toEqual([undefined]);
});

test.each(['POST', 'PUT'])('a %s whose connection breaks is not sent again, and is unknown', async (method) => {
  await using mail = await openMail(() => 'cut');
  const { database, outbox } = open();
  const id = outbox.enqueue(database, { url: mail.url, method });

  const settled = await runUntil(outbox, 1, TRIES);

  expect(settled).toMatchObject([{ state: 'unknown', why: 'effect-unknown' }]);
  expect(mail.mails).toHaveLength(1);
  expect(await outbox.find(id)).toMatchObject({ state: 'unknown', note: expect.stringMatching(/takes no key$/) });
});

test('a 500 or a 429 is unknown, and a refusal has failed', async () => {
  await using mail = await openMail((count) => [500, 429, 422][count - 1] ?? 202);
  const { database, outbox } = open();
  for (const name of ['a', 'b', 'c']) outbox.enqueue(database, { url: mail.url, name });

  const settled = await runUntil(outbox, 3, { ...TRIES, concurrency: 1 });

  expect(settled).toMatchObject([
    { name: 'a', state: 'unknown' },
    { name: 'b', state: 'unknown' },
    { name: 'c', state: 'failed' },
  ]);
  expect(mail.mails).toHaveLength(3);
});

test('resends what never reached the server or was provably refused', async () => {
  const gone = await openMail(() => 202);
  await gone[Symbol.asyncDispose]();
  const { database, outbox } = open();
  outbox.enqueue(database, { url: gone.url });
  expect(await runUntil(outbox, 1, { ...TRIES, retry: { maxAttempts: 1 } })).toMatchObject([{ state: 'due' }]);

  const statuses = [429, 202];
  const server = await serve((_, response) => void response.writeHead(statuses.shift() ?? 500).end(), {
    port: Number(new URL(gone.url).port),
  });
  const refused = { ...TRIES, retry: { maxAttempts: 1, refusedStatuses: [429] } };
  expect((await runUntil(outbox, 2, refused)).map(({ state }) => state)).toEqual(['due', 'done']);
  expect(statuses).toEqual([]);
  await server.close();
});

test('confirm settles an unknown outcome', async () => {
  await using mail = await openMail(() => 'cut');
  const { database, outbox } = open();
  outbox.enqueue(database, { url: mail.url });

  expect(await runUntil(outbox, 1, { ...TRIES, confirm: () => 'applied' })).toMatchObject([{ state: 'done' }]);
});

test('a person has an unknown mail sent again', async () => {
  await using mail = await openMail((count) => (count === 1 ? 'cut' : 202));
  const { database, outbox } = open();
  const id = outbox.enqueue(database, { url: mail.url });
  await runUntil(outbox, 1, TRIES);

  await outbox.resolve(id, 'send-with-new-key');

  expect(await runUntil(outbox, 1, TRIES)).toMatchObject([{ state: 'done' }]);
  expect(mail.mails).toEqual([undefined, undefined]);
});

test('another client without a report gets one send, whatever it throws', async () => {
  const { database, outbox } = open();
  outbox.enqueue(database, { url: 'http://127.0.0.1:9/' });
  let sends = 0;
  const send = async ({ retry }: { retry: object }) => {
    sends += 1;
    expect(retry).toEqual({ idempotent: false });
    throw new Error('reset');
  };

  expect(await runUntil(outbox, 1, { send, maxWaitMs: 1 })).toMatchObject([{ state: 'unknown' }]);
  expect(sends).toBe(1);
});

test('a worker killed while sending leaves the mail unknown and unsent again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'twicesafe-keyless-'));
  const path = join(directory, 'shop.db');
  const arrived = Promise.withResolvers<void>();
  await using mail = await openMail(() => {
    arrived.resolve();
    return 'silence';
  });
  const database = new DatabaseSync(path, { timeout: 5_000 });
  const outbox = openOutbox({ store: sqliteOutbox(path), name: 'mail', scheme: 'none' });
  outbox.enqueue(database, { url: mail.url });

  const child = fork(join(import.meta.dirname, 'support/mortal-client.ts'), [path, 'mail'], {
    execArgv: ['--conditions=@twicesafe/source'],
  });
  await arrived.promise;
  child.kill('SIGKILL');
  await once(child, 'exit');
  const settled = await runUntil(outbox, 1, TRIES);

  expect(settled).toMatchObject([{ state: 'unknown', note: expect.stringContaining('may have sent the request') }]);
  expect(mail.mails).toHaveLength(1);
  await outbox.close();
  database.close();
  rmSync(directory, { recursive: true });
});

test('a job without a key is sent only in its first run', async () => {
  await using mail = await openMail(() => 202);
  const job = JSON.parse(JSON.stringify(intentJob({ url: mail.url }, 'none')));
  const options = { scheme: 'none' } as const;

  expect(await sendOnce(job, { earlierRuns: 0 }, options)).toMatchObject({ state: 'done' });
  expect(await sendOnce(job, { earlierRuns: 1 }, options)).toMatchObject({ state: 'unknown' });
  expect(await sendOnce(job, {}, options)).toMatchObject({ state: 'unknown' });
  expect(mail.mails).toEqual([undefined]);
});

test.each([
  [{ key: 'order-7' }, /intent.key has no use in an outbox with the scheme 'none'/],
  [{ windowMs: 1_000 }, /intent.windowMs has no use/],
])('refuses %j, and stores nothing', async (wrong, message) => {
  const { database, outbox } = open();
  expect(() => outbox.enqueue(database, { url: 'http://127.0.0.1:9/', ...wrong })).toThrow(message);
  expect(await outbox.counts()).toMatchObject({ due: 0 });
});

test('refuses a scheme that is none', () => {
  const store = sqliteOutbox(':memory:');
  expect(() => openOutbox({ store, scheme: 'stripe' as never })).toThrow(/scheme must be a preset/);
  store.close();
});
