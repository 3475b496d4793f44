export { Fenced } from '../handler/fenced.ts';
export type { PostgresClient } from './postgres/client.ts';
export { commit } from './postgres/commit.ts';
export type { PgClient } from './postgres/pg-session.ts';
export type { PostgresJs } from './postgres/postgres-js-session.ts';
export { migrate, type PostgresStore, type PostgresStoreOptions, postgresStore } from './postgres/postgres-store.ts';
export type { Sql } from './postgres/session.ts';
export { migration } from './postgres/statements.ts';
export { type TransactionHandler, type TransactionOptions, transaction } from './postgres/transaction.ts';
