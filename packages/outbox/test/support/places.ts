import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Intent, type Outbox, openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { Pool } from 'pg';
import { createSchema } from '../../../server/test/support/postgres-schema.ts';
import { migrations } from '../../src/stores/schema.ts';
import type { Dialect } from '../../src/stores/statements.ts';

/** An application's database, its outbox, and the means to harm them. */
export interface Place extends AsyncDisposable {
  /** Opens the outbox, as a process does when it starts. */
  open(): Promise<Pick<Outbox<never, never>, 'start' | 'counts' | 'list'>>;
  /** Stores an order and its intents in one transaction, and rolls back if that throws. */
  order(name: string, ...intents: readonly Intent[]): Promise<void>;
  orders(): Promise<readonly string[]>;
  /** Runs statements on a connection of the test's own. */
  run(...statements: readonly string[]): Promise<void>;
  /** Refuses to store bodies of more than 50 kB, with the database's own error for a full disk. */
  fillDisk(): Promise<void>;
  /** Locks the table, until the returned function is called. */
  lock(): Promise<() => Promise<void>>;
  /** Cuts the connections of the worker, as a database that restarts does. */
  cut(): Promise<void>;
  /** Moves the outbox's clock. */
  moveClock(ms: number): void;
}

const ORDERS = 'create table orders (name text not null)';

/** Opens a place in a SQLite file. Its connections wait 1 ms for a lock. */
export async function openSqlitePlace(version?: number): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'twicesafe-place-'));
  const path = join(directory, 'shop.db');
  const dialect: Dialect = { id: 'integer primary key autoincrement', bytes: 'blob', lockNext: '', byDue: '' };
  const databases: DatabaseSync[] = [];
  const connect = (): DatabaseSync => {
    const database = new DatabaseSync(path, { timeout: 1 });
    databases.push(database);
    return database;
  };
  const own = connect();
  own.exec('pragma journal_mode = wal');
  own.exec(ORDERS);
  for (const statement of migrations(dialect).slice(0, version).flat()) own.exec(statement);
  let movedMs = 0;
  const now = (): number => Date.now() + movedMs;
  const shop = openOutbox({ store: sqliteOutbox(':memory:', { now }) });
  return {
    open: async () => openOutbox({ store: sqliteOutbox(connect(), { now }) }),
    async order(name, ...intents) {
      own.exec('begin immediate');
      try {
        own.prepare('insert into orders values (?)').run(name);
        for (const intent of intents) shop.enqueue(own, intent);
        own.exec('commit');
      } catch (error) {
        if (own.isTransaction) own.exec('rollback');
        throw error;
      }
    },
    orders: async () =>
      own
        .prepare('select name from orders')
        .all()
        .map(({ name }) => String(name)),
    async run(...statements) {
      for (const statement of statements) own.exec(statement);
    },
    async fillDisk() {
      const { page_count: pages } = own.prepare('pragma page_count').get() as { page_count: number };
      own.exec(`pragma max_page_count = ${pages + 1}`);
    },
    async lock() {
      own.exec('begin exclusive');
      return async () => {
        if (own.isTransaction) own.exec('commit');
      };
    },
    async cut() {},
    moveClock(ms) {
      movedMs += ms;
    },
    async [Symbol.asyncDispose]() {
      await shop.close();
      for (const database of databases) database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Opens a place in a schema of a Postgres server. Its outbox waits 500 ms for a lock. */
export async function openPostgresPlace(
  url: string,
  version?: number,
): Promise<Place & { openUnmigrated(): Awaited<ReturnType<Place['open']>> }> {
  const schema = await createSchema(url);
  const own = schema.pool;
  const dialect: Dialect = {
    id: 'bigint generated always as identity primary key',
    bytes: 'bytea',
    lockNext: 'for update skip locked',
    byDue: '',
  };
  const application = `worker-${schema.name}`.slice(0, 60);
  const pool = new Pool({ connectionString: url, max: 4, application_name: application });
  // The oldest version of pg doesn't read `options`.
  pool.on('connect', (client) => void client.query(`set search_path to ${schema.name}; set lock_timeout to 500`));
  pool.on('error', () => {}); // a connection that is cut while idle
  await own.query(ORDERS);
  for (const statement of migrations(dialect).slice(0, version).flat()) await own.query(statement);
  let movedMs = 0;
  const clocked = {
    query: (text: string, values: unknown[] = []) =>
      pool.query(text.replaceAll('clock_timestamp()', `(clock_timestamp() + interval '${movedMs} ms')`), values),
  };
  const shop = openOutbox({ store: postgresOutbox(own) });
  return {
    openUnmigrated: () => openOutbox({ store: postgresOutbox(clocked) }),
    async open() {
      const store = postgresOutbox(clocked);
      await store.migrate();
      return openOutbox({ store });
    },
    async order(name, ...intents) {
      const client = await own.connect();
      try {
        await client.query('begin');
        await client.query('insert into orders values ($1)', [name]);
        for (const intent of intents) await shop.enqueue(client, intent);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    orders: async () => (await own.query('select name from orders')).rows.map(({ name }) => name),
    async run(...statements) {
      for (const statement of statements) await own.query(statement);
    },
    async fillDisk() {
      await own.query(`create function refuse() returns trigger language plpgsql as $$ begin
        if length(new.body) > 50000 then
          raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
        end if;
        return new;
      end $$`);
      await own.query('create trigger full_disk before insert on outbox for each row execute function refuse()');
    },
    async lock() {
      const client = await own.connect();
      await client.query('begin');
      await client.query('lock table outbox in access exclusive mode');
      return async () => {
        await client.query('commit');
        client.release();
      };
    },
    async cut() {
      await own.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
        application,
      ]);
    },
    moveClock(ms) {
      movedMs += ms;
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
      await schema[Symbol.asyncDispose]();
    },
  };
}
