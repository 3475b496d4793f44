import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { checkOutboxName } from '../intents/outbox-name.ts';
import { type OutboxView, viewOf } from '../outbox.ts';
import type { PgClient } from '../stores/postgres/client.ts';
import { checkPostgres } from '../stores/postgres/migrate.ts';
import { postgresOutbox } from '../stores/postgres.ts';
import { refuseOther } from '../stores/schema.ts';
import { versionOf } from '../stores/sqlite/migrate.ts';
import { sqliteOutbox } from '../stores/sqlite.ts';

/**
 * Opens the outboxes in a SQLite file or a Postgres database. The command can't store intents or start a worker.
 *
 * @param name - The name of one outbox, or undefined for all of them.
 * @throws {TypeError} If the place is missing or lacks an outbox. The command never creates or migrates one.
 * @throws {Error} If the tables have another version than this code.
 */
export async function openPlace(place: string | undefined, name: string | undefined): Promise<OutboxView> {
  if (name !== undefined) checkOutboxName(name);
  if (place === undefined)
    throw new TypeError('--database is missing: a SQLite file or a Postgres URL. Or set DATABASE_URL');
  return /^postgres(ql)?:/.test(place) ? openPostgres(place, name) : openSqlite(place, name);
}

function openSqlite(path: string, name: string | undefined): OutboxView {
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
  return viewOf(sqliteOutbox(path), name, undefined);
}

async function openPostgres(url: string, name: string | undefined): Promise<OutboxView> {
  const { default: pg } = await import('pg').catch((error: unknown) => {
    throw new TypeError('pg is not installed: run npm install pg', { cause: error });
  });
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {}); // the next query fails with the same error
  const outbox = viewOf(postgresOutbox(pool as PgClient), name, undefined);
  await checkPostgres(pool as PgClient).catch(async (error: Error) => {
    await pool.end();
    throw error;
  });
  return { ...outbox, close: () => pool.end() };
}
