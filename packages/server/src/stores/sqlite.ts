import { type FoundRow, recordIn } from './found-row.ts';
import { openDatabase, type SqliteDatabase, type SqliteStatement, waitForLocks } from './sqlite/database.ts';
import { ACQUIRE, COMPLETE, EXTEND, GET, PURGE, RELEASE, SCHEMA } from './sqlite/statements.ts';
import type { Acquired, Claim, IdempotencyStore } from './store.ts';

export { Fenced } from '../handler/fenced.ts';
export { commitSync } from './sqlite/commit-sync.ts';
export type { SqliteDatabase, SqliteStatement } from './sqlite/database.ts';

/** A store in SQLite, which deletes expired records only when `purge` is called. */
export interface SqliteStore extends Required<IdempotencyStore>, Disposable {
  /** Closes the database, if the store opened it. */
  close(): void;
}

/**
 * Creates a store in a SQLite database, and its table if it is missing. Several processes on one machine may share the
 * file.
 *
 * @param pathOrDatabase - A path, which node:sqlite opens with WAL, or an open database of node:sqlite or
 *   better-sqlite3. Pass the database of your application for {@link commitSync}. An open database keeps its settings,
 *   but gets a `busy_timeout` of 5 seconds if it has none.
 * @throws {TypeError} If it is another value.
 * @throws {Error} If this runtime lacks node:sqlite, or the file can't be opened.
 * @example
 * const handle = idempotent(pay, { store: sqliteStore('keys.db'), scope: accountOf });
 */
export function sqliteStore(pathOrDatabase: string | SqliteDatabase): SqliteStore {
  if (typeof pathOrDatabase === 'string') {
    const database = openDatabase(pathOrDatabase);
    return new DatabaseStore(database, () => (database as SqliteDatabase & { close(): void }).close());
  }
  if (typeof pathOrDatabase?.prepare !== 'function' || typeof pathOrDatabase.exec !== 'function') {
    throw new TypeError('sqliteStore needs a path, or a database of node:sqlite or better-sqlite3');
  }
  return new DatabaseStore(pathOrDatabase, () => {});
}

class DatabaseStore implements SqliteStore {
  readonly close: () => void;
  readonly #acquire: SqliteStatement;
  readonly #get: SqliteStatement;
  readonly #extend: SqliteStatement;
  readonly #complete: SqliteStatement;
  readonly #release: SqliteStatement;
  readonly #purge: SqliteStatement;

  constructor(database: SqliteDatabase, close: () => void) {
    this.close = close;
    waitForLocks(database);
    database.exec(SCHEMA);
    this.#acquire = database.prepare(ACQUIRE);
    this.#get = database.prepare(GET);
    this.#extend = database.prepare(EXTEND);
    this.#complete = database.prepare(COMPLETE);
    this.#release = database.prepare(RELEASE);
    this.#purge = database.prepare(PURGE);
  }

  async acquire(key: string, claim: Claim): Promise<Acquired> {
    for (;;) {
      const now = Date.now();
      const { fingerprint, fence } = claim;
      const terms = { lease: whole(claim.leaseMs), keep: whole(claim.keepMs), takeover: claim.takeOver ? 1 : 0 };
      const acquired = this.#acquire.get({ key, fingerprint, fence, now, ...terms }) as FoundRow | undefined;
      if (acquired) return { state: 'acquired', attempt: acquired.attempt };

      const row = this.#get.get({ key, now }) as FoundRow | undefined;
      if (row) return recordIn(row);
      // Another process released the key between the two statements.
    }
  }

  async extend(key: string, fence: string, leaseMs: number): Promise<boolean> {
    return changes(this.#extend.run({ key, fence, now: Date.now(), lease: whole(leaseMs) })) === 1;
  }

  async complete(key: string, fence: string, outcome: string, keepMs: number): Promise<boolean> {
    return changes(this.#complete.run({ key, fence, outcome, now: Date.now(), keep: whole(keepMs) })) === 1;
  }

  async release(key: string, fence: string): Promise<boolean> {
    return changes(this.#release.run({ key, fence })) === 1;
  }

  async purge(limit: number): Promise<number> {
    return changes(this.#purge.run({ now: Date.now(), limit }));
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function changes(result: { readonly changes: number | bigint }): number {
  return Number(result.changes);
}

/** The columns are integers, and a strict table rejects other types. */
function whole(duration: number): number {
  return Math.ceil(duration);
}
