import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Intent, type Outbox, openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { createSchema } from '../../../../server/test/support/postgres-schema.ts';

/** An application's database with an outbox. */
export interface Place extends AsyncDisposable {
  readonly name: string;
  readonly outbox: Pick<Outbox<never, never>, 'start' | 'counts' | 'close'>;
  /** Stores an order and its intent in one transaction. */
  order(intent: Intent): Promise<void>;
  /** Stores many waiting intents with a single statement, to build a long queue quickly. */
  fill(count: number, url: string): Promise<void>;
  /** Opens the outbox as a new process would. */
  reopen(): Pick<Outbox<never, never>, 'start' | 'counts' | 'close'>;
  empty(): Promise<void>;
}

const ROW = "'key-' || n, 'POST', :url, '[[\"idempotency-key\",\"\\\"key-' || n || '\\\"\"]]', 0, 0, 86400000";
const COLUMNS = 'key, method, url, headers, due, created, window_ms';

/** Whether each commit waits for the disk. Without the disk, the outbox's own cost shows. */
export type Disk = 'disk' | 'no-disk';

/** Opens a place in a SQLite file, in the temporary directory or in memory. */
export async function openSqlitePlace(disk: Disk): Promise<Place> {
  const memory = await access('/dev/shm', constants.W_OK).then(() => '/dev/shm', tmpdir);
  const directory = await mkdtemp(join(disk === 'disk' ? tmpdir() : memory, 'twicesafe-figures-'));
  const path = join(directory, 'shop.db');
  const reopen = () => openOutbox({ store: sqliteOutbox(path) });
  const outbox = reopen();
  const database = new DatabaseSync(path, { timeout: 30_000 });
  database.exec('pragma synchronous = full; create table orders (name text not null)');
  const insert = database.prepare('insert into orders (name) values (?)');
  return {
    name: 'SQLite',
    outbox,
    reopen,
    async order(intent) {
      database.exec('begin immediate');
      insert.run('order');
      outbox.enqueue(database, intent);
      database.exec('commit');
    },
    async fill(count, url) {
      const numbers = 'with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < :count)';
      const text = `insert into outbox (${COLUMNS}) ${numbers} select ${ROW} from numbers`;
      database.prepare(text).run({ count, url });
    },
    async empty() {
      database.exec('delete from outbox');
    },
    async [Symbol.asyncDispose]() {
      database.close();
      await outbox.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Opens a place in a schema of a Postgres server. */
export async function openPostgresPlace(url: string, disk: Disk): Promise<Place> {
  const schema = await createSchema(url);
  const { pool } = schema;
  if (disk === 'no-disk') {
    pool.on('connect', (client) => client.query('set synchronous_commit = off'));
    await pool.query('set synchronous_commit = off'); // the connection that created the schema
  }
  const store = postgresOutbox(pool);
  await store.migrate();
  await pool.query('create table orders (name text not null)');
  const reopen = () => openOutbox({ store: postgresOutbox(pool) });
  const outbox = reopen();
  return {
    name: 'Postgres',
    outbox,
    reopen,
    async order(intent) {
      const client = await pool.connect();
      await client.query('begin');
      await client.query('insert into orders (name) values ($1)', ['order']);
      await outbox.enqueue(client, intent);
      await client.query('commit');
      client.release();
    },
    async fill(count, to) {
      const row = ROW.replace(':url', '$1::text');
      await pool.query(`insert into outbox (${COLUMNS}) select ${row} from generate_series(1, ${count}) as n`, [to]);
      await pool.query('analyze outbox'); // autovacuum does so within a minute
    },
    async empty() {
      await pool.query('truncate outbox');
    },
    [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose](),
  };
}
