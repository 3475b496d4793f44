import type { NewIntent } from '../intents/new-intent.ts';
import { isPostgresClient, type PostgresClient, query } from './postgres/client.ts';
import { checkPostgres, migratePostgres } from './postgres/migrate.ts';
import { positional } from './postgres/positional.ts';
import type { Row } from './row.ts';
import { type Driver, idOfName, SqlStore, type Values } from './sql-store.ts';
import { type Dialect, FIND_NAME, INSERT } from './statements.ts';
import type { OutboxStore } from './store.ts';

export type { PgClient, PostgresClient, PostgresJs } from './postgres/client.ts';

const DIALECT: Dialect = {
  id: 'bigint generated always as identity primary key',
  bytes: 'bytea',
  lockNext: 'for update skip locked',
  byDue: '',
};
const UNIQUE_VIOLATION = '23505';

/** A store in Postgres. */
export interface PostgresOutboxStore extends OutboxStore<PostgresClient, Promise<number>> {
  /**
   * Creates or migrates the tables. Several processes may call it at the same time.
   *
   * @throws {Error} If a newer version of this package migrated the tables.
   */
  migrate(): Promise<void>;
}

/**
 * Creates a store in Postgres. Call its `migrate()` once per deployment.
 *
 * @param pool - A `Pool` of pg or an instance of postgres.js. Pass your transaction's own client to `enqueue`.
 * @throws {TypeError} If `pool` has another type.
 * @example
 * const store = postgresOutbox(pool);
 * await store.migrate();
 * const outbox = openOutbox({ store });
 */
export function postgresOutbox(pool: PostgresClient): PostgresOutboxStore {
  if (!isPostgresClient(pool)) throw new TypeError('postgresOutbox needs a Pool of pg, or an instance of postgres.js');
  const store = new SqlStore(new PostgresDriver(pool));
  return Object.assign(store, { migrate: () => migratePostgres(pool, DIALECT) });
}

class PostgresDriver implements Driver<PostgresClient, Promise<number>> {
  readonly dialect = DIALECT;
  readonly #pool: PostgresClient;
  #isChecked = false;

  constructor(pool: PostgresClient) {
    this.#pool = pool;
  }

  async insert(transaction: PostgresClient, intent: NewIntent): Promise<number> {
    if (!isPostgresClient(transaction)) throw new TypeError("enqueue needs your transaction's client");
    const { name } = intent;
    const [row] = await this.#run(transaction, INSERT, { ...intent });
    return row ? Number(row.id) : idOfName((await this.#run(transaction, FIND_NAME, { name }))[0], intent);
  }

  async query(statement: string, values: Values): Promise<readonly Row[]> {
    if (!this.#isChecked) {
      await checkPostgres(this.#pool);
      this.#isChecked = true;
    }
    try {
      return await this.#run(this.#pool, statement, values);
    } catch (error) {
      // Another worker took an intent of the same group at the same time, so this worker takes none for now.
      const { code, constraint, constraint_name: name } = error as Record<string, unknown>;
      if (code === UNIQUE_VIOLATION && (constraint ?? name) === 'outbox_group') return [];
      throw error;
    }
  }

  /** The pool belongs to the application. */
  close(): void {}

  #run(client: PostgresClient, statement: string, named: Values): Promise<readonly Row[]> {
    const { text, values } = positional(statement, named);
    return query(client, text, values);
  }
}
