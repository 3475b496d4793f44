import { DatabaseSync } from 'node:sqlite';
import { type Outbox, openOutbox, type StartOptions } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { Pool } from 'pg';
import type { Plan, Program } from '../plan.ts';

/** Makes workers quickly take over the intents of a killed worker. */
export const PACE: StartOptions = { pollMs: 20, leaseMs: 1_000, maxWaitMs: 200, retry: { budget: 'none' } };

/** Opens an outbox in the shop's SQLite file. */
export function openSqliteProgram(plan: Plan): Program {
  const database = new DatabaseSync(plan.database, { timeout: 5_000 });
  const insert = database.prepare('insert into orders (name) values (?)');
  const outbox = openOutbox({ store: sqliteOutbox(plan.database) });
  outbox.start(startOf(plan));
  return {
    async order(name) {
      database.exec('begin immediate');
      insert.run(name);
      outbox.enqueue(database, intentOf(plan, name));
      database.exec('commit');
    },
    waiting: () => waitingOf(outbox),
  };
}

/** Opens an outbox in the shop's Postgres database. */
export function openPostgresProgram(plan: Plan): Program {
  // The database server stays up, so the result doesn't depend on its disk.
  const options = `-c search_path=${plan.schema} -c synchronous_commit=off`;
  const pool = new Pool({ connectionString: plan.database, max: 6, options });
  const outbox = openOutbox({ store: postgresOutbox(pool) });
  outbox.start(startOf(plan));
  return {
    async order(name) {
      const client = await pool.connect();
      await client.query('begin');
      await client.query('insert into orders (name) values ($1)', [name]);
      await outbox.enqueue(client, intentOf(plan, name));
      await client.query('commit');
      client.release();
    },
    waiting: () => waitingOf(outbox),
  };
}

function intentOf({ bank, windowMs }: Plan, name: string): { url: string; body: string; windowMs: number } {
  return { url: bank, body: name, windowMs };
}

function startOf({ key }: Plan): StartOptions {
  if (key === 'stored') return PACE;
  return {
    ...PACE,
    send: ({ url, method, body, headers, signal }) => {
      headers.set('Idempotency-Key', crypto.randomUUID());
      return fetch(url, { method, headers, signal, ...(body && { body }) });
    },
  };
}

async function waitingOf(outbox: Pick<Outbox<never, never>, 'counts'>): Promise<number> {
  const { due, sending } = await outbox.counts();
  return due + sending;
}
