import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../../server/test/support/find-postgres.ts';
import { createSchema } from '../../server/test/support/postgres-schema.ts';
import { runCommand } from '../src/command/run-command.ts';
import { runUntil } from './support/run-until.ts';

const service = await findPostgres();
const directory = mkdtempSync(join(tmpdir(), 'twicesafe-command-'));
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await service?.[Symbol.asyncDispose]();
});

const run = promisify(execFile);
const BIN = join(import.meta.dirname, '../src/bin.ts');

/** Runs the command in this process and returns what it prints. */
async function printed(parameters: readonly string[], environment = {}): Promise<string> {
  const lines: string[] = [];
  await runCommand(parameters, { log: (line) => lines.push(line) }, environment);
  return lines.join('\n');
}

/** A file with one intent that is unknown and one that is due. */
async function openShop(name: string) {
  const path = join(directory, name);
  const outbox = openOutbox({ store: sqliteOutbox(path) });
  const database = new DatabaseSync(path);
  const url = 'http://127.0.0.1:9/payments?token=hidden';
  outbox.enqueue(database, { url, body: '{"order":7}', name: 'invoice-7', key: 'k-7' });
  await runUntil(outbox, 1, {
    send: async () => ({ status: 500 }),
    retry: {},
    confirm: () => 'unknown',
  });
  database.exec("update outbox set state = 'unknown' where id = 1");
  outbox.enqueue(database, { url, name: 'invoice-8', notBefore: new Date(Date.now() + 3_600_000) });
  database.close();
  await outbox.close();
  return path;
}

test('the program lists, shows and resolves intents of a file', { timeout: 120_000 }, async () => {
  const path = await openShop('program.db');
  const program = async (...parameters: string[]): Promise<string> =>
    (await run(process.execPath, ['--conditions=@twicesafe/source', BIN, ...parameters])).stdout;

  const list = await program('list', '--database', path);
  expect(list).toMatch(
    /^id +outbox +state +runs +may be sent since +name or key +request +note\n1 +default +unknown +1 .*invoice-7 +POST/,
  );
  expect(list).toMatch(/due 1 {2}sending 0 {2}done 0 {2}failed 0 {2}unknown 1\n$/);
  expect(list).not.toContain('hidden');
  expect(await program('resolve', '1', 'applied', '--database', path)).toBe('intent 1: unknown -> done\n');
});

test('a mistake ends the program with a message and the code 1', { timeout: 120_000 }, async () => {
  const failure = await run(process.execPath, ['--conditions=@twicesafe/source', BIN, 'list', '--database', 'no.db'], {
    cwd: directory,
  }).catch((error: unknown) => error as { code: number; stderr: string });

  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('names no.db, and there is no such file') });
});

test('show prints the key, the headers and the body', async () => {
  const path = await openShop('show.db');

  const text = await printed(['show', '1'], { DATABASE_URL: path });

  expect(text).toContain('key          k-7');
  expect(text).toContain('idempotency-key: "k-7"');
  expect(text).toMatch(/\{"order":7\}$/);
});

test('list filters by state, stops at the limit, and prints JSON', async () => {
  const path = await openShop('list.db');

  const lines = (await printed(['list', '--state', 'due', '--json', '--database', path])).split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ id: 2, name: 'invoice-8', state: 'due' }]);
  expect((await printed(['list', '--limit', '1', '--json', '--database', path])).split('\n')).toHaveLength(1);
});

test('list shows when a due intent runs next, and can show one outbox only', async () => {
  const path = await openShop('names.db');
  const database = new DatabaseSync(path);
  openOutbox({ store: sqliteOutbox(database), name: 'mail', scheme: 'none' }).enqueue(database, {
    url: 'http://127.0.0.1:9/',
  });
  database.close();

  const text = await printed(['list', '--database', path]);
  expect(text).toMatch(/\n2 +default +due .* next run in (3600|3599) s\n3 +mail +due .* none .* next run now\n/);
  const mail = await printed(['list', '--outbox', 'mail', '--database', path]);
  expect(mail).toMatch(/\n3 +mail .*\n\ndue 1 {2}sending 0/);
  expect(mail).not.toContain('default');
  expect(await printed(['show', '3', '--database', path])).toMatch(/\nkey +none\n/);
  await expect(printed(['show', '1', '--outbox', 'mail', '--database', path])).rejects.toThrow(
    /no intent has the id 1/,
  );
});

test('an intent that stays failed keeps the note of how it failed', async () => {
  const path = await openShop('failed.db');
  const database = new DatabaseSync(path);
  database.exec("update outbox set state = 'failed', note = '422: refused' where id = 1");
  database.close();

  expect(await printed(['resolve', '1', 'not-applied', '--database', path])).toBe('intent 1: stays failed');
  expect(await printed(['show', '1', '--database', path])).toMatch(
    /note +resolved: not-applied \(before: 422: refused\)/,
  );
});

test('watch prints the counts until nothing waits', async () => {
  const path = await openShop('watch.db');
  const database = new DatabaseSync(path);
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
    database.exec("update outbox set state = 'done' where id = 2"); // a worker elsewhere
  };

  await runCommand(['watch', '--database', path], { log }, {});

  expect(lines[0]).toContain('due 1  sending 0  done 0');
  expect(lines.at(-1)).toMatch(/due 0 {2}sending 0 {2}done 1 .* 1 settled in the last second$/);
  database.close();
});

test.each([
  [['list'], {}, /--database is missing/],
  [['lisst', '--database', 'x'], {}, /the command must be list, show, resolve or watch, not "lisst"/],
  [['list', '--state', 'gone'], {}, /--state must be one of due, sending, done, failed, unknown, not "gone"/],
  [['list', '--limit', '0'], {}, /--limit must be a whole number of 1 or more, not "0"/],
  [['show', 'seven'], {}, /the id must be a whole number of 1 or more, not "seven"/],
  [['show', '7', '8'], {}, /show does not take "8"/],
  [['show', '7', '--json'], {}, /--json belongs to list, not to show/],
  [['list', '--outbox', 'a b', '--database', 'x'], {}, /the name of an outbox must be/],
  [['resolve', '7', 'paid'], {}, /the resolution must be one of applied, not-applied, send-with-new-key, not "paid"/],
])('refuses %j', async (parameters, environment, message) => {
  await expect(printed(parameters, environment)).rejects.toThrow(message);
});

test('refuses a file without an outbox, and creates none', async () => {
  const path = join(directory, 'other.db');
  const database = new DatabaseSync(path);
  database.exec('create table orders (name text)');

  await expect(printed(['list', '--database', path])).rejects.toThrow(/has no outbox/);
  expect(database.prepare('select name from sqlite_master').all()).toMatchObject([{ name: 'orders' }]);
  database.close();
});

test('refuses tables of another version, and migrates none', async () => {
  const path = join(directory, 'older.db');
  const database = new DatabaseSync(path);
  database.exec('create table outbox (id integer)'); // version 1 stored no version

  await expect(printed(['list', '--database', path])).rejects.toThrow(/have version 1, and .* needs version 3/);
  expect(database.prepare('select name from sqlite_master').all()).toMatchObject([{ name: 'outbox' }]);
  database.close();
});

describe.skipIf(!service)('Postgres', () => {
  test('lists the intents of a DATABASE_URL, and says when there is no outbox', async () => {
    await using schema = await createSchema(service?.url ?? '');
    const place = `${service?.url}?options=${encodeURIComponent(`-c search_path=${schema.name}`)}`;
    await expect(printed(['list'], { DATABASE_URL: place })).rejects.toThrow(/has no outbox: call migrate/);

    const store = postgresOutbox(schema.pool);
    await store.migrate();
    await openOutbox({ store }).enqueue(schema.pool, { url: 'http://127.0.0.1:9/', name: 'invoice-9' });

    expect(await printed(['list'], { DATABASE_URL: place })).toContain('invoice-9');
  });
});
