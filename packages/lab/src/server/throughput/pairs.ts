import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type IdempotencyStore, memoryStore } from '@twicesafe/server';
import { migrate, postgresStore } from '@twicesafe/server/postgres';
import { redisStore } from '@twicesafe/server/redis';
import { sqliteStore } from '@twicesafe/server/sqlite';
import { Redis } from 'ioredis';
import * as postgres from '../../../../server/src/stores/postgres/statements.ts';
import * as redis from '../../../../server/src/stores/redis/scripts.ts';
import * as sqlite from '../../../../server/src/stores/sqlite/statements.ts';
import { findPostgres } from '../../../../server/test/support/find-postgres.ts';
import { findRedis } from '../../../../server/test/support/find-redis.ts';
import { createSchema } from '../../../../server/test/support/postgres-schema.ts';

/** A store, and its bare driver running the same statements. */
export interface Pair extends AsyncDisposable {
  readonly name: string;
  /** Acquires and completes per second that issue 16 asks for. */
  readonly wanted: number;
  readonly store: IdempotencyStore;
  /** Acquires and completes a key. Undefined if there is no driver. */
  readonly bare: ((key: string) => Promise<void>) | undefined;
  /** Adds thousands of expired records and returns the store to purge. Undefined if the database expires them. */
  readonly expire?: (count: number) => Promise<Required<IdempotencyStore>>;
}

const LEASE_MS = 30_000;
const KEEP_MS = 86_400_000;

/** The outcome of a typical response, 0.6 kB. */
const OUTCOME: string = JSON.stringify({
  s: 201,
  h: [['content-type', 'application/json']],
  t: 'x'.repeat(540),
});

/** Opens every store whose server can be found or started. */
export async function openPairs(): Promise<readonly Pair[]> {
  const pairs = [openMemory(), await openSqlite(), await openRedis(), await openPostgres()];
  return pairs.filter((pair) => pair !== undefined);
}

function openMemory(): Pair {
  const store = memoryStore({ maxEntries: 10_000_000 });
  return { name: 'memory', wanted: 0, store, bare: undefined, async [Symbol.asyncDispose]() {} };
}

async function openSqlite(): Promise<Pair> {
  const directory = await mkdtemp(join(tmpdir(), 'twicesafe-throughput-'));
  const store = sqliteStore(join(directory, 'store.db'));
  const database = new DatabaseSync(join(directory, 'bare.db'), { timeout: 5_000 });
  database.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${sqlite.SCHEMA}`);
  const acquire = database.prepare(sqlite.ACQUIRE);
  const complete = database.prepare(sqlite.COMPLETE);
  return {
    name: 'node:sqlite',
    wanted: 8_000,
    store,
    async bare(key) {
      const fence = crypto.randomUUID();
      const now = Date.now();
      acquire.get({ key, fingerprint: key, fence, now, lease: LEASE_MS, keep: KEEP_MS, takeover: 0 });
      complete.run({ key, fence, outcome: OUTCOME, now, keep: KEEP_MS });
    },
    async expire(count) {
      database.exec(`
        with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
        insert into idempotency select 'expired ' || i, 'print', 'fence', 1, 0, 0, '${OUTCOME}' from n`);
      return sqliteStore(database);
    },
    async [Symbol.asyncDispose]() {
      store.close();
      database.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function openRedis(): Promise<Pair | undefined> {
  const service = await findRedis();
  if (!service) return undefined;
  const client = new Redis(service.url);
  const acquire = (await client.script('LOAD', redis.ACQUIRE)) as string;
  const complete = (await client.script('LOAD', redis.COMPLETE)) as string;
  return {
    name: 'Redis (ioredis)',
    wanted: 25_000,
    store: redisStore(client, { prefix: `throughput:${crypto.randomUUID()}:` }),
    async bare(key) {
      const fence = crypto.randomUUID();
      await client.evalsha(acquire, 1, `bare:${key}`, fence, key, LEASE_MS, KEEP_MS, '0');
      await client.evalsha(complete, 1, `bare:${key}`, fence, OUTCOME, KEEP_MS);
    },
    async [Symbol.asyncDispose]() {
      await forget(client, 'throughput:*');
      await forget(client, 'bare:*');
      await client.quit();
      await service[Symbol.asyncDispose]();
    },
  };
}

/** Deletes our keys, because other programs may share the server. */
async function forget(client: Redis, pattern: string): Promise<void> {
  for await (const keys of client.scanStream({ match: pattern, count: 1_000 }) as AsyncIterable<string[]>) {
    if (keys.length > 0) await client.unlink(keys);
  }
}

async function openPostgres(): Promise<Pair | undefined> {
  const service = await findPostgres();
  if (!service) return undefined;
  const schema = await createSchema(service.url);
  const { pool } = schema;
  await migrate(pool);
  return {
    name: 'Postgres (pg, pool of 8)',
    wanted: 2_500,
    store: postgresStore(pool),
    async bare(key) {
      const fence = crypto.randomUUID();
      await pool.query({ ...postgres.ACQUIRE, values: [key, key, fence, LEASE_MS, KEEP_MS, false] });
      await pool.query({ ...postgres.COMPLETE, values: [key, fence, OUTCOME, KEEP_MS] });
    },
    async expire(count) {
      await pool.query(
        `insert into idempotency
         select 'expired ' || i, 'print', 'fence', 1, now(), now() - interval '1 second', $1 from generate_series(1, $2::int) as i`,
        [OUTCOME, count],
      );
      return postgresStore(pool);
    },
    async [Symbol.asyncDispose]() {
      await schema[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

/** Acquires and completes a key, as the handler does. */
export async function acquireAndComplete(store: IdempotencyStore, key: string): Promise<void> {
  const fence = crypto.randomUUID();
  const terms = { leaseMs: LEASE_MS, keepMs: KEEP_MS, takeOver: false };
  await store.acquire(key, { fence, fingerprint: key, ...terms });
  await store.complete(key, fence, OUTCOME, KEEP_MS);
}
