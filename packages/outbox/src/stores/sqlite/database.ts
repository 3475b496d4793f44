import { DatabaseSync } from 'node:sqlite';

/** The members that node:sqlite's `DatabaseSync` and better-sqlite3's `Database` share. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  /** Whether a transaction is open, in node:sqlite. */
  readonly isTransaction?: boolean;
  /** Whether a transaction is open, in better-sqlite3. */
  readonly inTransaction?: boolean;
}

/** A prepared statement of either driver. */
export interface SqliteStatement {
  all(parameters: Record<string, string | number | Uint8Array | null>): unknown[];
}

/** How long a statement waits for the lock of another process, in milliseconds. */
const LOCK_WAIT_MS = 5_000;

/**
 * Lets a database wait for locks if it waits for none, which is the default of node:sqlite. Its statements would
 * otherwise fail with "database is locked" as soon as another process writes. A database that waits already keeps its
 * setting.
 */
export function waitForLocks(database: SqliteDatabase): void {
  const [found] = database.prepare('pragma busy_timeout').all({}) as { readonly timeout?: number }[];
  if (found?.timeout === 0) database.exec(`pragma busy_timeout = ${LOCK_WAIT_MS}`);
}

/** Opens a file with settings that survive a power failure. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  // In WAL mode, NORMAL may lose the last commits in a power failure, including the time of a first send. FULL keeps
  // them.
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  return database;
}
