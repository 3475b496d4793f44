/** What node:sqlite's `DatabaseSync` and better-sqlite3's `Database` have in common. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

/** A prepared statement of either. */
export interface SqliteStatement {
  get(parameters: SqliteParameters): unknown;
  run(parameters: SqliteParameters): { readonly changes: number | bigint };
}

type SqliteParameters = Record<string, string | number>;

/** The part of node:sqlite that opens a database. */
interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: { readonly timeout: number }) => SqliteDatabase;
}

interface Builtins {
  readonly process?: { getBuiltinModule?(name: 'node:sqlite'): NodeSqlite | undefined };
}

/** How long a statement waits for the lock of another process, in milliseconds. */
const LOCK_WAIT_MS = 5_000;

/**
 * Lets a database wait for locks if it waits for none, which is the default of node:sqlite. Its statements would
 * otherwise fail with "database is locked" as soon as another process writes. A database that waits already keeps its
 * setting.
 */
export function waitForLocks(database: SqliteDatabase): void {
  const found = database.prepare('pragma busy_timeout').get({}) as { readonly timeout?: number } | undefined;
  if (found?.timeout === 0) database.exec(`pragma busy_timeout = ${LOCK_WAIT_MS}`);
}

/**
 * Opens a database with node:sqlite. The module is looked up when it is needed, so that bundlers and runtimes without
 * it can load this file.
 *
 * @throws {Error} If this runtime lacks node:sqlite.
 */
export function openDatabase(path: string): SqliteDatabase {
  const sqlite = (globalThis as Builtins).process?.getBuiltinModule?.('node:sqlite');
  if (!sqlite)
    throw new Error('this runtime has no node:sqlite (Node 22.13): pass a Database of better-sqlite3 instead');
  const database = new sqlite.DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  // NORMAL may lose the last moments at a power loss, and nothing when the process is killed.
  database.exec('pragma journal_mode = wal; pragma synchronous = normal');
  return database;
}
