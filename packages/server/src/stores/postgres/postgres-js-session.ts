import type { Run, Session, Sql, TransactionWork } from './session.ts';
import type { Statement } from './statements.ts';

interface Queries {
  unsafe(text: string, values?: never[], options?: { prepare?: boolean }): PromiseLike<readonly unknown[]>;
}

/** What the store uses of postgres.js. */
export interface PostgresJs extends Queries {
  begin(work: (transaction: Queries) => Promise<unknown>): Promise<unknown>;
}

/** A session on postgres.js. */
export function postgresJsSession(sql: PostgresJs, prepare: boolean): Session {
  const runOn = (on: Queries): Run => {
    return async <Row>({ text }: Statement, values: readonly unknown[]): Promise<readonly Row[]> =>
      (await on.unsafe(text, values as never[], { prepare })) as readonly Row[];
  };
  return {
    run: runOn(sql),
    script: async (text) => void (await sql.unsafe(text)),
    transaction: async <Value>(work: TransactionWork<Value>): Promise<Value> =>
      (await sql.begin((own) => work(withQuery(own), runOn(own)))) as Value,
  };
}

/** The transaction of postgres.js, still to be used as a tag, with pg's query method in addition. */
function withQuery(own: Queries): Sql {
  return Object.assign(own, {
    query: async (text: string, values: unknown[] = []) => {
      const rows = await own.unsafe(text, values as never[]);
      return { rows: [...rows] as Record<string, unknown>[] };
    },
  });
}
