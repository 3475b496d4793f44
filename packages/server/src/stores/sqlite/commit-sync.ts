import { Fenced } from '../../handler/fenced.ts';
import type { CommitEnd, Held } from '../../handler/held.ts';
import type { SqliteDatabase } from './database.ts';
import { makeResponse } from './response-bytes.ts';
import { COMPLETE } from './statements.ts';

/**
 * Runs `work` and stores its response in one transaction: exactly once, whatever is killed and whenever.
 *
 * `work` is synchronous, because one connection serves all requests and a transaction that stays open across an `await`
 * would take in the statements of others. It makes its response of a string or of bytes, for instance with
 * `Response.json`. A response that is not stored (see the `record` option) rolls the transaction back, and so does an
 * error.
 *
 * @param database - The database that the store was given. It must not be in a transaction.
 * @param held - The `held` of the handler's context. Undefined, for a request without a key, runs `work` in a
 *   transaction all the same.
 * @returns The response to answer with.
 * @throws {Fenced} If another request owns the key now.
 * @throws {TypeError} If the response's bytes cannot be known.
 * @example
 * const pay: Handler = async (request, { held }) => {
 *   const { cents } = await request.json();
 *   return commitSync(database, held, () => {
 *     database.prepare('insert into payments (cents) values (?)').run(cents);
 *     return Response.json({ cents }, { status: 201 });
 *   });
 * };
 */
export async function commitSync(
  database: SqliteDatabase,
  held: Held | undefined,
  work: () => Response,
): Promise<Response> {
  held?.begin();
  let end: CommitEnd = 'rolled-back';
  let outcome: string | undefined;
  try {
    database.exec('begin immediate');
  } catch (error) {
    held?.end(end);
    throw error;
  }
  try {
    const { response, bytes } = makeResponse(work);
    if (held && !held.isRecorded(response)) return response;
    const captured = held?.captureBytes(response, bytes);
    if (held && captured && !completes(database, held, captured.outcome)) {
      end = 'fenced';
      throw new Fenced();
    }
    database.exec('commit');
    end = 'committed';
    outcome = captured?.outcome;
    return captured?.response ?? response;
  } finally {
    if (end !== 'committed') rollBack(database);
    held?.end(end, outcome);
  }
}

/** Stores the outcome in the open transaction. False: another request owns the key. */
function completes(database: SqliteDatabase, { key, fence, keepMs }: Held, outcome: string): boolean {
  const { changes } = database.prepare(COMPLETE).run({ key, fence, outcome, now: Date.now(), keep: Math.ceil(keepMs) });
  return Number(changes) === 1;
}

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('rollback');
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full. The error that led here is thrown.
  }
}
