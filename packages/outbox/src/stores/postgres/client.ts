import type { Row } from '../row.ts';

/** A `Pool` or `Client` of pg, or a compatible client. */
export interface PgClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/** An instance of postgres.js, or one of its transactions. */
export interface PostgresJs {
  unsafe(text: string, values?: never[]): PromiseLike<readonly unknown[]>;
}

/** A client that the outbox accepts as a pool or a transaction. */
export type PostgresClient = PgClient | PostgresJs;

/** Runs a statement with either driver. */
export async function query(client: PostgresClient, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  if ('unsafe' in client) return (await client.unsafe(text, values as never[])) as readonly Row[];
  return (await client.query(text, [...values])).rows as readonly Row[];
}

/** Whether a value is a client of either driver. A postgres.js instance is a function. */
export function isPostgresClient(value: unknown): value is PostgresClient {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return 'unsafe' in value || 'query' in value;
}
