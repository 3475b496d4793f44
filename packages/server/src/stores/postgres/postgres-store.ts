import { type FoundRow, recordIn } from '../found-row.ts';
import type { Acquired, Claim, IdempotencyStore } from '../store.ts';
import { surviveErrors } from '../survive-errors.ts';
import { type PostgresClient, sessionOf } from './client.ts';
import type { Session } from './session.ts';
import { ACQUIRE, COMPLETE, EXTEND, GET, migration, PURGE, RELEASE, type Statement } from './statements.ts';

/** The options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /**
   * Whether the server keeps the store's statements prepared, which is half as fast again. Set it to false behind
   * PgBouncer before 1.21 in transaction mode.
   *
   * @default true
   */
  readonly prepare?: boolean;
}

/** A store in Postgres, which deletes expired records only when `purge` is called. */
export interface PostgresStore extends Required<IdempotencyStore> {
  /** Creates the table, as {@link migrate} does. */
  migrate(): Promise<void>;
}

/**
 * Creates a store in Postgres. Its table must exist: run {@link migrate} at start, or add {@link migration} to your
 * migrations.
 *
 * Set a `connectionTimeoutMillis` and a `statement_timeout` on the pool, so that requests are refused soon while
 * Postgres is away.
 *
 * @param client - A Pool of pg, or an instance of postgres.js.
 * @throws {TypeError} If it is another client.
 * @example
 * await migrate(pool);
 * const handle = idempotent(pay, { store: postgresStore(pool), scope: accountOf });
 */
export function postgresStore(client: PostgresClient, options: PostgresStoreOptions = {}): PostgresStore {
  const session = sessionOf(client, options);
  surviveErrors(client);
  return new SessionStore(session);
}

/**
 * Creates the table of the store if it is missing. Several processes may do so at once.
 *
 * @example
 * await migrate(pool); // once per deployment
 */
export async function migrate(client: PostgresClient): Promise<void> {
  await sessionOf(client).script(migration);
}

class SessionStore implements PostgresStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async acquire(key: string, claim: Claim): Promise<Acquired> {
    const { fingerprint, fence, leaseMs, keepMs, takeOver } = claim;
    for (;;) {
      const [acquired] = await this.#session.run<{ readonly attempt: number }>(ACQUIRE, [
        key,
        fingerprint,
        fence,
        leaseMs,
        keepMs,
        takeOver,
      ]);
      if (acquired) return { state: 'acquired', attempt: acquired.attempt };
      const [row] = await this.#session.run<FoundRow>(GET, [key]);
      if (row) return recordIn(row);
      // It was released between the two statements.
    }
  }

  extend(key: string, fence: string, leaseMs: number): Promise<boolean> {
    return this.#changes(EXTEND, [key, fence, leaseMs]);
  }

  complete(key: string, fence: string, outcome: string, keepMs: number): Promise<boolean> {
    return this.#changes(COMPLETE, [key, fence, outcome, keepMs]);
  }

  release(key: string, fence: string): Promise<boolean> {
    return this.#changes(RELEASE, [key, fence]);
  }

  async purge(limit: number): Promise<number> {
    return (await this.#session.run(PURGE, [limit])).length;
  }

  migrate(): Promise<void> {
    return this.#session.script(migration);
  }

  async #changes(statement: Statement, values: readonly unknown[]): Promise<boolean> {
    return (await this.#session.run(statement, values)).length === 1;
  }
}
