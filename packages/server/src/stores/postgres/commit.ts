import type { Captured } from '../../handler/capture.ts';
import { Fenced } from '../../handler/fenced.ts';
import type { CommitEnd, Held } from '../../handler/held.ts';
import { type PostgresClient, sessionOf } from './client.ts';
import type { Run, Session, Sql } from './session.ts';
import { COMPLETE, SETTLED } from './statements.ts';

/**
 * Runs `work` and stores its response in one transaction: exactly once, whatever is killed and whenever.
 *
 * Use it with `interrupted: 'run-again'`. A response that is not stored (see the `record` option) rolls the transaction
 * back, and so does an error. The same key may then be sent again.
 *
 * @param client - A Pool of pg, which gives the transaction a connection of its own, or postgres.js. A Client of pg
 *   must not be shared with other requests.
 * @param held - The `held` of the handler's context. Undefined, for a request without a key, runs `work` in a
 *   transaction all the same.
 * @param work - Gets the driver's own transaction client, which has pg's `query` with either driver.
 * @returns The response to answer with.
 * @throws {Fenced} If another request owns the key now.
 * @example
 * const pay: Handler = async (request, { held }) => {
 *   const { cents } = await request.json();
 *   return commit(pool, held, async (transaction) => {
 *     await transaction.query('insert into payments (cents) values ($1)', [cents]);
 *     return Response.json({ cents }, { status: 201 });
 *   });
 * };
 */
export async function commit<Transaction = Sql>(
  client: PostgresClient,
  held: Held | undefined,
  work: (transaction: Transaction) => Promise<Response>,
): Promise<Response> {
  const session = sessionOf(client);
  const inTransaction = work as unknown as (transaction: Sql) => Promise<Response>;
  return held ? commitHeld(session, held, inTransaction) : session.transaction(inTransaction);
}

/** Leaves a transaction whose response is not stored. */
class NotRecorded extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super('the response is not stored');
    this.response = response;
  }
}

async function commitHeld(
  session: Session,
  held: Held,
  work: (transaction: Sql) => Promise<Response>,
): Promise<Response> {
  let ready: Captured | undefined;
  const workAndComplete = async (transaction: Sql, run: Run): Promise<Captured> => {
    const answer = await work(transaction);
    if (!held.isRecorded(answer)) throw new NotRecorded(answer);
    const captured = await held.capture(answer);
    const completed = await run(COMPLETE, [held.key, held.fence, captured.outcome, held.keepMs]);
    if (completed.length === 0) throw new Fenced();
    ready = captured;
    return captured;
  };

  let end: CommitEnd = 'rolled-back';
  held.begin();
  try {
    const { response } = await session.transaction(workAndComplete);
    end = 'committed';
    return response;
  } catch (error) {
    if (error instanceof NotRecorded) return error.response;
    if (error instanceof Fenced) end = 'fenced';
    // Only the commit itself was left to do, and its reply may have been lost. The record shows whether it took place.
    if (ready) end = await settledEnd(session, held);
    if (ready && end === 'committed') return ready.response;
    throw error;
  } finally {
    held.end(end, end === 'committed' ? ready?.outcome : undefined);
  }
}

async function settledEnd(session: Session, { key, fence }: Held): Promise<CommitEnd> {
  try {
    const [row] = await session.run<{ readonly outcome: string | null }>(SETTLED, [key, fence]);
    return row === undefined || row.outcome === null ? 'rolled-back' : 'committed';
  } catch {
    return 'unknown';
  }
}
