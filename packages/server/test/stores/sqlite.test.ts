import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteStore } from '@twicesafe/server/sqlite';
import { storeConformance } from '@twicesafe/testing/suites/store';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { holdLock } from '../support/hold-lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'twicesafe-sqlite-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('a file', () => storeConformance(() => sqliteStore(join(directory, 'keys.db'))));
describe('a database of node:sqlite', () => storeConformance(() => sqliteStore(new DatabaseSync(':memory:'))));
describe('a database of better-sqlite3', () => storeConformance(() => sqliteStore(new BetterSqlite3(':memory:'))));

test('two stores on one file are one store', async () => {
  using one = sqliteStore(join(directory, 'shared.db'));
  using other = sqliteStore(join(directory, 'shared.db'));
  const claim = { fence: 'one', fingerprint: 'fingerprint', leaseMs: 1_000, keepMs: 10_000, takeOver: false };
  await one.acquire('key', claim);

  expect(await other.acquire('key', { ...claim, fence: 'other' })).toMatchObject({ state: 'in-flight' });
});

test("while another process writes, a database with node:sqlite's own settings waits", async () => {
  const path = join(directory, 'locked.db');
  const database = new DatabaseSync(path);
  const store = sqliteStore(database);
  const { released } = await holdLock(path, 100);

  const claim = { fence: 'one', fingerprint: 'fingerprint', leaseMs: 1_000, keepMs: 10_000, takeOver: false };
  expect(await store.acquire('key', claim)).toMatchObject({ state: 'acquired' });
  await released;
  database.close();
});

test('a database that waits for locks keeps its own time', () => {
  const database = new DatabaseSync(':memory:', { timeout: 7 });
  sqliteStore(database);

  expect(database.prepare('pragma busy_timeout').get()).toEqual({ timeout: 7 });
});

test.each([undefined, null, 7, {}])('refuses %j as a database', (database) => {
  expect(() => sqliteStore(database as unknown as string)).toThrow(TypeError);
});
