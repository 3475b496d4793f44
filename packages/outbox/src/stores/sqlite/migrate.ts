import { migrations, refuseNewer, SCHEMA_VERSION } from '../schema.ts';
import type { Dialect } from '../statements.ts';
import type { SqliteDatabase } from './database.ts';

/**
 * Creates or migrates the tables. Takes the write lock only if there is something to do.
 *
 * @throws {Error} If a newer version of this package migrated the tables.
 */
export function migrateSqlite(database: SqliteDatabase, dialect: Dialect): void {
  if (isCurrent(database)) return;
  // A transaction that the application opened decides about the tables too.
  const isOwn = !(database.isTransaction || database.inTransaction);
  if (isOwn) database.exec('begin immediate');
  try {
    // Another process may have migrated while this one waited for the lock.
    for (const statement of migrations(dialect).slice(versionOf(database)).flat()) database.exec(statement);
    if (isOwn) database.exec('commit');
  } catch (error) {
    // A full disk ends the transaction by itself.
    if (isOwn && (database.isTransaction || database.inTransaction)) database.exec('rollback');
    throw error;
  }
}

function isCurrent(database: SqliteDatabase): boolean {
  const version = versionOf(database);
  refuseNewer(version);
  return version === SCHEMA_VERSION;
}

/** The version of the tables. 0 before they exist. Version 1 didn't store its version. */
export function versionOf(database: SqliteDatabase): number {
  const names = database.prepare("select name from sqlite_master where name in ('outbox', 'outbox_schema')").all({});
  if (names.length < 2) return names.length;
  return Number((database.prepare('select version from outbox_schema').all({})[0] as { version: number }).version);
}
