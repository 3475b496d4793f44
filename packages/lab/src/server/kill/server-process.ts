/** Runs a server that is killed. Its argument is its variant, its database's location and its port, in JSON. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { type Handler, type IdempotentOptions, idempotent } from '@twicesafe/server';
import { type FetchHandler, nodeHandler } from '@twicesafe/server/node';
import { commit, postgresStore, transaction } from '@twicesafe/server/postgres';
import { commitSync, sqliteStore } from '@twicesafe/server/sqlite';
import { serve } from '@twicesafe/testing';
import { Pool } from 'pg';
import type { Variant } from './variants.ts';

/** The start parameters of the process. */
export interface ServerPlan {
  readonly variant: Variant;
  /** A path for SQLite, a URL for Postgres. */
  readonly database: string;
  /** The schema in Postgres. */
  readonly schema: string;
  readonly port: number;
}

const LEASE_MS = 600;
const STALL_MS = 900;
const STALL_CHANCE = 0.04;
const LONGEST_WORK_MS = 25;

const { variant, database, schema, port } = JSON.parse(process.argv[2] ?? '') as ServerPlan;
const options: Omit<IdempotentOptions, 'store'> = {
  scope: () => 'single-tenant',
  onEvent: () => {},
  interrupted: variant.interrupted,
  leaseMs: LEASE_MS,
  waitMs: 1_000,
};

/** Works before or after the effect. The process may be killed or stall meanwhile. */
async function work(): Promise<void> {
  await setTimeout(Math.random() * LONGEST_WORK_MS);
  if (variant.stalls && Math.random() < STALL_CHANCE) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS);
  }
}

const paid = (): Response => Response.json({ paid: true }, { status: 201 });

function openPostgres(): FetchHandler {
  const pool = new Pool({ connectionString: database, max: 8, options: `-c search_path=${schema}` });
  const insert = 'insert into payments (key) values ($1)';
  if (variant.effect === 'transaction') {
    const handler = async (
      _: Request,
      { key, transaction: tx }: { key: string | undefined; transaction: Pool },
    ): Promise<Response> => {
      await work();
      await tx.query(insert, [key]);
      await work();
      return paid();
    };
    const { interrupted: _, leaseMs: __, ...rest } = options;
    return transaction(pool, handler, rest);
  }
  const handler: Handler = async (_, { key, held }) => {
    await work();
    if (variant.effect === 'apart') {
      await pool.query(insert, [key]);
      await work();
      return paid();
    }
    return commit(pool, held, async (tx) => {
      await tx.query(insert, [key]);
      await work();
      return paid();
    });
  };
  return idempotent(handler, { ...options, store: postgresStore(pool) });
}

function openSqlite(): FetchHandler {
  const file = new DatabaseSync(database, { timeout: 5_000 });
  const store = sqliteStore(file);
  const insert = file.prepare('insert into payments (key) values (?)');
  const handler: Handler = async (_, { key = '', held }) => {
    await work();
    if (variant.effect === 'apart') {
      insert.run(key);
      await work();
      return paid();
    }
    const response = await commitSync(file, held, () => {
      insert.run(key);
      return paid();
    });
    await work();
    return response;
  };
  return idempotent(handler, { ...options, store });
}

const handle = variant.database === 'postgres' ? openPostgres() : openSqlite();
await serve(nodeHandler(handle), { port });
process.send?.('listening');
