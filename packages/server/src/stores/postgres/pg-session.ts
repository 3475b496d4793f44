import { surviveErrors } from '../survive-errors.ts';
import type { Run, Session, Sql, TransactionWork } from './session.ts';
import type { Statement } from './statements.ts';

/** A Pool or Client of pg, or a client that looks like one, such as PGlite. */
export interface PgClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/** What a Pool of pg has, and its lookalikes may lack. */
interface PgPool extends PgClient {
  readonly totalCount: number;
  connect(): Promise<PgClient & { release(destroy?: boolean): void }>;
}

/**
 * A session on pg. With `prepare`, pg's own clients name the statements, which saves the server from planning them
 * again.
 */
export function pgSession(client: PgClient, prepare: boolean): Session {
  const isNamed = prepare && (isPool(client) || 'processID' in client);
  const runOn = (on: PgClient): Run => {
    return async <Row>({ name, text }: Statement, values: readonly unknown[]): Promise<readonly Row[]> => {
      // pg takes a statement with its name as one argument. Its lookalikes do not.
      const named = { name, text, values } as unknown as string;
      const { rows } = await (isNamed ? on.query(named) : on.query(text, [...values]));
      return rows as readonly Row[];
    };
  };
  return {
    run: runOn(client),
    script: async (text) => void (await client.query(text)),
    transaction: <Value>(work: TransactionWork<Value>) =>
      onConnection(client, (connection) => work(connection as Sql, runOn(connection))),
  };
}

function isPool(client: PgClient): client is PgPool {
  return 'totalCount' in client && 'connect' in client;
}

async function onConnection<Value>(client: PgClient, work: (connection: PgClient) => Promise<Value>): Promise<Value> {
  if (!isPool(client)) return inTransaction(client, work, () => {});
  const connection = await client.connect();
  const forget = surviveErrors(connection);
  let isBroken = false;
  try {
    return await inTransaction(connection, work, () => {
      isBroken = true;
    });
  } finally {
    forget();
    connection.release(isBroken);
  }
}

async function inTransaction<Value>(
  connection: PgClient,
  work: (connection: PgClient) => Promise<Value>,
  onBroken: () => void,
): Promise<Value> {
  await connection.query('begin');
  try {
    const value = await work(connection);
    const { command } = (await connection.query('commit')) as { readonly command?: string };
    // Postgres rolls back, and reports no error, if a statement failed and `work` caught that.
    if (command === 'ROLLBACK') throw new Error('a statement of this transaction failed, so Postgres rolled it back');
    return value;
  } catch (error) {
    await connection.query('rollback').catch(onBroken);
    throw error;
  }
}
