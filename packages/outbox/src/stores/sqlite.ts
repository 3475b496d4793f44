import { setTimeout } from 'node:timers/promises';
import type { NewIntent } from '../intents/new-intent.ts';
import type { Row } from './row.ts';
import { type Driver, idOfName, SqlStore, type Values } from './sql-store.ts';
import { openDatabase, type SqliteDatabase, type SqliteStatement, waitForLocks } from './sqlite/database.ts';
import { migrateSqlite } from './sqlite/migrate.ts';
import { type Dialect, FIND_NAME, INSERT } from './statements.ts';
import type { OutboxStore } from './store.ts';

export type { SqliteDatabase, SqliteStatement } from './sqlite/database.ts';

const DIALECT: Dialect = {
  id: 'integer primary key autoincrement',
  bytes: 'blob',
  lockNext: '',
  byDue: 'indexed by outbox_due',
};
const TRANSACTION_POLL_MS = 2;
const LONGEST_TRANSACTION_MS = 10_000;

/** The options of {@link sqliteOutbox}. */
export interface SqliteOutboxOptions {
  /**
   * The clock, in milliseconds since 1970. For tests.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

/**
 * Creates a store in a SQLite database, and creates or migrates its tables. Several processes on one machine can share
 * the file.
 *
 * @param pathOrDatabase - A path, or an open database of node:sqlite or better-sqlite3. A path is opened by node:sqlite
 *   with WAL and `synchronous = full`. An open database keeps its own settings, but gets a
 *   `busy_timeout` of 5 seconds if it has none. So does a database that `enqueue` gets.
 * @throws {TypeError} If `pathOrDatabase` has another type.
 * @throws {Error} If a newer version of this package migrated the tables.
 * @example
 * const outbox = openOutbox({ store: sqliteOutbox('shop.db') });
 */
export function sqliteOutbox(
  pathOrDatabase: string | SqliteDatabase,
  { now = Date.now }: SqliteOutboxOptions = {},
): OutboxStore<SqliteDatabase, number> {
  if (typeof pathOrDatabase === 'string') {
    const database = openDatabase(pathOrDatabase);
    return new SqlStore(new SqliteDriver(database, now, () => database.close()));
  }
  if (typeof pathOrDatabase?.prepare !== 'function' || typeof pathOrDatabase.exec !== 'function')
    throw new TypeError('sqliteOutbox needs a path, or a database of node:sqlite or better-sqlite3');
  return new SqlStore(new SqliteDriver(pathOrDatabase, now, () => {}));
}

class SqliteDriver implements Driver<SqliteDatabase, number> {
  readonly dialect = DIALECT;
  readonly close: () => void;
  readonly #database: SqliteDatabase;
  readonly #now: () => number;
  readonly #statements = new WeakMap<SqliteDatabase, Map<string, SqliteStatement>>();

  constructor(database: SqliteDatabase, now: () => number, close: () => void) {
    this.#database = database;
    this.#now = now;
    this.close = close;
    waitForLocks(database);
    migrateSqlite(database, DIALECT);
  }

  insert(transaction: SqliteDatabase, intent: NewIntent): number {
    if (typeof transaction?.prepare !== 'function')
      throw new TypeError('enqueue needs the database that your transaction is open on');
    const { name } = intent;
    const [row] = this.#run(transaction, INSERT, { ...intent, now: this.#now() });
    return row ? Number(row.id) : idOfName(this.#run(transaction, FIND_NAME, { name })[0], intent);
  }

  /**
   * Waits for the application's transaction on the same connection, because a worker must not see changes that may be
   * rolled back.
   */
  async query(statement: string, values: Values): Promise<readonly Row[]> {
    const database = this.#database;
    for (let waitedMs = 0; database.isTransaction || database.inTransaction; waitedMs += TRANSACTION_POLL_MS) {
      if (waitedMs >= LONGEST_TRANSACTION_MS)
        throw new Error(`a transaction has been open for ${LONGEST_TRANSACTION_MS} ms on the outbox's connection`);
      await setTimeout(TRANSACTION_POLL_MS);
    }
    const bound = statement.includes(':now') ? { ...values, now: this.#now() } : values;
    return this.#run(database, statement, bound);
  }

  #run(database: SqliteDatabase, text: string, values: Values): readonly Row[] {
    const prepared = this.#statementsOf(database);
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    return statement.all(values) as readonly Row[];
  }

  #statementsOf(database: SqliteDatabase): Map<string, SqliteStatement> {
    const prepared = this.#statements.get(database);
    if (prepared) return prepared;
    waitForLocks(database); // the application's own connection, in its first enqueue
    const none = new Map<string, SqliteStatement>();
    this.#statements.set(database, none);
    return none;
  }
}
