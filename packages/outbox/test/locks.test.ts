import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { afterAll, expect, test } from 'vitest';
import { holdLock } from '../../server/test/support/hold-lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'twicesafe-locks-'));
afterAll(() => rmSync(directory, { recursive: true }));

const INTENT = { url: 'http://127.0.0.1:9/' };

test("while another process writes, a database with node:sqlite's own settings waits", async () => {
  const path = join(directory, 'shop.db');
  const database = new DatabaseSync(path);
  const outbox = openOutbox({ store: sqliteOutbox(database) });
  const { released } = await holdLock(path, 100);

  database.exec('begin immediate');
  outbox.enqueue(database, INTENT);
  database.exec('commit');

  expect(await outbox.counts()).toMatchObject({ due: 1 });
  await released;
  database.close();
});

test('a connection that enqueues waits 5 s, unless it has its own timeout', () => {
  const path = join(directory, 'two.db');
  const outbox = openOutbox({ store: sqliteOutbox(path) });
  const timeouts = [new DatabaseSync(path), new DatabaseSync(path, { timeout: 7 })].map((database) => {
    outbox.enqueue(database, INTENT);
    return (database.prepare('pragma busy_timeout').get() as { timeout: number }).timeout;
  });

  expect(timeouts).toEqual([5_000, 7]);
});
