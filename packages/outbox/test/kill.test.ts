import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { expect, test } from 'vitest';
import { listenPayments } from './support/payments.ts';
import { runUntil } from './support/run-until.ts';

const INTENTS = 40;
const KILLS = 4;

test('a client that is killed between send and answer loses nothing and doubles nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'twicesafe-outbox-'));
  const path = join(directory, 'outbox.db');
  const database = new DatabaseSync(path, { timeout: 5_000 });
  const outbox = openOutbox({ store: sqliteOutbox(path) });
  let effect = Promise.withResolvers<void>();
  await using payments = await listenPayments(async () => {
    effect.resolve();
    // The effect took place. The client is killed before it gets the answer.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return new Response(null, { status: 201 });
  });
  const keys = Array.from({ length: INTENTS }, (_, index) => `order-${index}`);
  for (const key of keys) outbox.enqueue(database, { url: payments.url, key });

  for (let kills = 0; kills < KILLS; kills += 1) {
    effect = Promise.withResolvers();
    const child = fork(join(import.meta.dirname, 'support/mortal-client.ts'), [path], {
      execArgv: ['--conditions=@twicesafe/source'],
    });
    await effect.promise;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const { due, sending } = await outbox.counts();
  expect(sending).toBeGreaterThan(0);
  await runUntil(outbox, due + sending, { maxWaitMs: 50 });

  expect(await outbox.counts()).toMatchObject({ done: INTENTS, unknown: 0, failed: 0 });
  expect(payments.effects.toSorted()).toEqual(keys.toSorted());
  expect(payments.arrived.length).toBeGreaterThan(INTENTS);
  await outbox.close();
  database.close();
  rmSync(directory, { recursive: true });
});
