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

/** Opens a file with settings that survive a power failure. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  // In WAL mode, NORMAL may lose the last commits in a power failure, including the time of a first send. FULL keeps
  // them.
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  return database;
}
