import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Outbox, openOutbox } from '../outbox.ts';
import type { PgClient } from '../stores/postgres/client.ts';
import { checkPostgres } from '../stores/postgres/migrate.ts';
import { postgresOutbox } from '../stores/postgres.ts';
import { refuseOther } from '../stores/schema.ts';
import { versionOf } from '../stores/sqlite/migrate.ts';
import { sqliteOutbox } from '../stores/sqlite.ts';

/** An outbox that the command opened. The command can't store intents or start a worker. */
export type OpenedOutbox = Omit<Outbox<never, never>, 'enqueue' | 'start'>;

/**
 * Opens the outbox in a SQLite file or a Postgres database.
 *
 * @throws {TypeError} If the place is missing or lacks an outbox. The command never creates or migrates one.
 * @throws {Error} If the tables have another version than this code.
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
    const version = versionOf(database);
    if (version === 0) throw new TypeError(`${path} has no outbox`);
    // The application may be older than this command, and would refuse tables that the command had migrated.
    refuseOther(version);
  } finally {
    database.close();
  }
  return openOutbox({ store: sqliteOutbox(path) });
}

async function openPostgres(url: string): Promise<OpenedOutbox> {
  const { default: pg } = await import('pg').catch((error: unknown) => {
    throw new TypeError('pg is not installed: run npm install pg', { cause: error });
  });
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {}); // the next query fails with the same error
  const outbox = openOutbox({ store: postgresOutbox(pool as PgClient) });
  await checkPostgres(pool as PgClient).catch(async (error: Error) => {
    await pool.end();
    throw error;
  });
  return { ...outbox, close: () => pool.end() };
}
