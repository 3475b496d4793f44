import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { createSchema } from '../../../../server/test/support/postgres-schema.ts';

/** A shop's orders, and their state in its outbox. */
export interface Orders extends AsyncDisposable {
  readonly database: string;
  readonly schema: string;
  count(): Promise<number>;
  committed(): Promise<readonly string[]>;
  /** Returns the orders that the outbox leaves to a person. */
  unknown(): Promise<ReadonlySet<string>>;
}

type Row = { readonly name: string };
const TABLE = 'create table orders (name text not null primary key)';
const COUNT = 'select count(*) as count from orders';

/** Opens orders in a new SQLite file. */
export async function openSqliteOrders(): Promise<Orders> {
  // Keep the file in memory if possible. SIGKILL doesn't lose written data, and a disk would only slow the loop down.
  const base = await access('/dev/shm', constants.W_OK).then(() => '/dev/shm', tmpdir);
  const directory = await mkdtemp(join(base, 'twicesafe-orders-'));
  const path = join(directory, 'shop.db');
  const outbox = openOutbox({ store: sqliteOutbox(path) });
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec(TABLE);
  return {
    database: path,
    schema: '',
    count: async () => Number(database.prepare(COUNT).get()?.count),
    committed: async () => (database.prepare('select name from orders').all() as Row[]).map(({ name }) => name),
    unknown: () => namesOf(outbox.unknown()),
    async [Symbol.asyncDispose]() {
      await outbox.close();
      database.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Opens orders in a new schema of a Postgres server. */
export async function openPostgresOrders(url: string): Promise<Orders> {
  const schema = await createSchema(url);
  const { pool } = schema;
  const store = postgresOutbox(pool);
  await store.migrate();
  const outbox = openOutbox({ store });
  await pool.query(TABLE);
  return {
    database: url,
    schema: schema.name,
    count: async () => Number((await pool.query(COUNT)).rows[0].count),
    committed: async () => (await pool.query<Row>('select name from orders')).rows.map(({ name }) => name),
    unknown: () => namesOf(outbox.unknown()),
    [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose](),
  };
}

async function namesOf(intents: AsyncIterable<{ readonly body: Uint8Array | undefined }>): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { body } of intents) names.add(new TextDecoder().decode(body));
  return names;
}
