import { type PgClient, pgSession } from './pg-session.ts';
import { type PostgresJs, postgresJsSession } from './postgres-js-session.ts';
import type { Session } from './session.ts';

/** A Pool or Client of pg, or an instance of postgres.js. */
export type PostgresClient = PgClient | PostgresJs;

/** @throws {TypeError} If it is another client. */
export function sessionOf(client: PostgresClient, { prepare = true }: { readonly prepare?: boolean } = {}): Session {
  if (typeof client === 'function' && 'unsafe' in client) return postgresJsSession(client, prepare);
  if (typeof client === 'object' && client !== null && 'query' in client) return pgSession(client, prepare);
  throw new TypeError('postgresStore needs a Pool or Client of pg, or an instance of postgres.js');
}
