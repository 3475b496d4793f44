import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from '@twicesafe/server/postgres';
import { createSchema } from '../../../../server/test/support/postgres-schema.ts';

/** A database with a table of payments. */
export interface Ledger extends AsyncDisposable {
  readonly database: string;
  readonly schema: string;
  /** Returns how often each key was paid. */
  count(): Promise<ReadonlyMap<string, number>>;
}

const COUNT = 'select key, count(*) as paid from payments group by key';

type Count = { readonly key: string; readonly paid: number | string };

function mapOf(rows: readonly Count[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ key, paid }) => [key, Number(paid)]));
}

/** Opens a ledger in a new schema of a Postgres server. */
export async function openPostgresLedger(url: string): Promise<Ledger> {
  const schema = await createSchema(url);
  await migrate(schema.pool);
  await schema.pool.query('create table payments (key text not null)');
  return {
    database: url,
    schema: schema.name,
    count: async () => mapOf((await schema.pool.query(COUNT)).rows),
    [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose](),
  };
}

/** Opens a ledger in a new SQLite file. */
export async function openSqliteLedger(): Promise<Ledger> {
  const directory = await mkdtemp(join(tmpdir(), 'twicesafe-kill-'));
  const path = join(directory, 'payments.db');
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; create table payments (key text not null)');
  return {
    database: path,
    schema: '',
    count: async () => mapOf(database.prepare(COUNT).all() as Count[]),
    async [Symbol.asyncDispose]() {
      database.close();
      await rm(directory, { recursive: true });
    },
  };
}
