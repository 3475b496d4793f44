import { DatabaseSync } from 'node:sqlite';

/** What node:sqlite's `DatabaseSync` and better-sqlite3's `Database` have in common. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  /** node:sqlite's name for an open transaction. */
  readonly isTransaction?: boolean;
  /** better-sqlite3's name for it. */
  readonly inTransaction?: boolean;
}

/** A prepared statement of either. */
export interface SqliteStatement {
  all(parameters: Record<string, string | number | Uint8Array | null>): unknown[];
}

/** Opens a file with settings that survive a power failure. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  // FULL: in WAL mode, NORMAL may lose the last commits when the power fails, among them the time of a first send.
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  return database;
}
