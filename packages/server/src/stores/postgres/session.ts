import type { Statement } from './statements.ts';

/** What a transaction offers with each driver: the query method of pg. */
export interface Sql {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: Record<string, unknown>[] }>;
}

/** Runs a statement and returns its rows. */
export type Run = <Row>(statement: Statement, values: readonly unknown[]) => Promise<readonly Row[]>;

/** What `work` gets in a transaction. */
export type TransactionWork<Value> = (transaction: Sql, run: Run) => Promise<Value>;

/** A driver, reduced to what the store needs of it. */
export interface Session {
  readonly run: Run;
  /** Runs a text of several statements. */
  script(text: string): Promise<void>;
  /** Runs `work` in a transaction, which is rolled back if it rejects. */
  transaction<Value>(work: TransactionWork<Value>): Promise<Value>;
}
