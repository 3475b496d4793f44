import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Outbox, openOutbox } from '../outbox.ts';
import type { PgClient } from '../stores/postgres/client.ts';
import { postgresOutbox } from '../stores/postgres.ts';
import { sqliteOutbox } from '../stores/sqlite.ts';

/** An outbox that the command opened. The command can't store intents or start a worker. */
export type OpenedOutbox = Omit<Outbox<never, never>, 'enqueue' | 'start'>;

/**
 * Opens the outbox in a SQLite file or a Postgres database.
 *
 * @throws {TypeError} If the place is missing or has no outbox. The command never creates one.
 */
export async function openPlace(place: string | undefined): Promise<OpenedOutbox> {
  if (place === undefined)
    throw new TypeError('--database is missing: a SQLite file or a Postgres URL. Or set DATABASE_URL');
  return /^postgres(ql)?:/.test(place) ? openPostgres(place) : openSqlite(place);
}

function openSqlite(path: string): OpenedOutbox {
  if (!existsSync(path)) throw new TypeError(`--database names ${path}, and there is no such file`);
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    if (!database.prepare("select 1 from sqlite_master where type = 'table' and name = 'outbox'").get())
      throw new TypeError(`${path} has no outbox`);
  } finally {
    database.close();
  }
  return openOutbox({ store: sqliteOutbox(path) });
}

async function openPostgres(url: string): Promise<OpenedOutbox> {
  const { default: pg } = await import('pg').catch((error: unknown) => {
    throw new TypeError('pg is missing: install it beside @twicesafe/outbox', { cause: error });
  });
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {}); // the next query fails with the same error
  const outbox = openOutbox({ store: postgresOutbox(pool as PgClient) });
  const found = await pool.query("select to_regclass('outbox') as name").catch(async (error: Error) => {
    await pool.end();
    throw error;
  });
  if (found.rows[0]?.name == null) {
    await pool.end();
    throw new TypeError('the database has no outbox: call migrate() first, or set search_path in the URL');
  }
  return { ...outbox, close: () => pool.end() };
}
