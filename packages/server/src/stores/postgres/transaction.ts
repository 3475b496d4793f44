import { answerDuplicate } from '../../handler/answer-duplicate.ts';
import { answerRequest } from '../../handler/answer-request.ts';
import { type Captured, capture } from '../../handler/capture.ts';
import { type KeyedRequest, unread } from '../../handler/identify.ts';
import { NotApplied } from '../../handler/not-applied.ts';
import type { IdempotentOptions } from '../../handler/options.ts';
import { problem } from '../../handler/problem.ts';
import { refuse } from '../../handler/refuse.ts';
import { checkResponse } from '../../handler/response.ts';
import { type Settings, settingsOf } from '../../handler/settings.ts';
import { waitInTurns } from '../../handler/wait-in-turns.ts';
import { type FoundRow, recordIn } from '../found-row.ts';
import { type PostgresClient, sessionOf } from './client.ts';
import { postgresStore } from './postgres-store.ts';
import type { Run, Session, Sql } from './session.ts';
import { GET, LOCK, RECORD } from './statements.ts';

/** Processes a request inside a transaction. */
export type TransactionHandler<Transaction = Sql> = (
  request: Request,
  context: { readonly key: string | undefined; readonly transaction: Transaction },
) => Promise<Response | NotApplied>;

/** The options of {@link transaction}: those of `idempotent` that make sense without a lease. */
export type TransactionOptions = Omit<IdempotentOptions, 'store' | 'leaseMs' | 'interrupted'>;

/**
 * Makes a handler honor `Idempotency-Key` by running each request in one transaction with its record. It works without
 * a lease, because everything that isn't committed is undone.
 *
 * It suits handlers whose effects are all in Postgres and that are done soon, because each holds a connection until it
 * ends. For all others there is `commit`.
 *
 * @param client - A Pool of pg, or postgres.js.
 * @throws {TypeError} If an option is missing or wrong.
 * @example
 * const handle = transaction(pool, async (request, { transaction }) => {
 *   await transaction.query('insert into payments (cents) values ($1)', [await request.json()]);
 *   return new Response(null, { status: 201 });
 * }, { scope: accountOf });
 */
export function transaction<Transaction = Sql>(
  client: PostgresClient,
  handler: TransactionHandler<Transaction>,
  options: TransactionOptions,
): (request: Request) => Promise<Response> {
  const settings = settingsOf({ ...options, store: postgresStore(client) });
  if (typeof handler !== 'function') throw new TypeError(`the handler must be a function, not ${String(handler)}`);
  const processing = new TransactionProcessing(sessionOf(client), handler as unknown as TransactionHandler, settings);
  return (request) => answerRequest(request, settings, processing);
}

/** Ends a transaction without effects by a rollback. */
class NothingDone extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super('nothing was done');
    this.response = response;
  }
}

class TransactionProcessing {
  readonly #session: Session;
  readonly #handler: TransactionHandler;
  readonly #settings: Settings;

  constructor(session: Session, handler: TransactionHandler, settings: Settings) {
    this.#session = session;
    this.#handler = handler;
    this.#settings = settings;
  }

  async unkeyed(request: Request): Promise<Response | NotApplied> {
    return this.#session.transaction((transaction) => this.#handler(request, { key: undefined, transaction }));
  }

  async keyed(keyed: KeyedRequest): Promise<Response> {
    const answer = await waitInTurns(this.#settings.waitMs, () => this.#once(keyed));
    return answer ?? refuse(this.#settings, 'in-flight', keyed.key);
  }

  /** The answer, or undefined while another request with this key is in flight. */
  async #once(keyed: KeyedRequest): Promise<Response | undefined> {
    let stage: 'before' | 'handler' | 'commit' = 'before';
    let captured: Captured | undefined;
    try {
      return await this.#session.transaction(async (transaction, run) => {
        const [lock] = await run<{ readonly locked: boolean }>(LOCK, [keyed.name]);
        if (!lock?.locked) return undefined;
        const [row] = await run<FoundRow>(GET, [keyed.name]);
        if (row) return answerDuplicate(recordIn(row), keyed, this.#settings);

        stage = 'handler';
        captured = await this.#run(keyed, transaction);
        await this.#record(keyed, captured.outcome, run);
        stage = 'commit';
        return captured.response;
      });
    } catch (error) {
      if (stage === 'before') throw error;
      if (error instanceof NothingDone || error instanceof NotApplied) return error.response;
      this.#settings.emit({ type: 'handler-failed', key: keyed.key, attempt: 1, error });
      const end = stage === 'commit' ? await this.#endOf(keyed) : 'rolled-back';
      if (end === 'committed' && captured) return captured.response;
      if (end === 'unknown') return problem('commit-unknown', this.#settings.docs);
      const detail = 'The transaction was rolled back. Nothing was applied, and the same key may be sent again.';
      return problem('handler-failed', this.#settings.docs, detail);
    }
  }

  async #run(keyed: KeyedRequest, transaction: Sql): Promise<Captured> {
    const { record } = this.#settings;
    const answer = await this.#handler(unread(keyed), { key: keyed.key, transaction });
    if (answer instanceof NotApplied) throw new NothingDone(answer.response);
    const response = checkResponse(answer);
    if (!record(response)) throw new NothingDone(response);
    return capture(response, this.#settings);
  }

  async #record({ name, fingerprint }: KeyedRequest, outcome: string, run: Run): Promise<void> {
    const rows = await run(RECORD, [name, fingerprint, crypto.randomUUID(), outcome, this.#settings.keepMs]);
    if (rows.length === 0) throw new Error('another request completed this key: does something else write its record?');
  }

  /**
   * The reply to a commit was lost. The lock is free once that transaction is over, and then the record shows the
   * result.
   */
  async #endOf({ name }: KeyedRequest): Promise<'committed' | 'rolled-back' | 'unknown'> {
    try {
      return await this.#session.transaction(async (_, run) => {
        const [lock] = await run<{ readonly locked: boolean }>(LOCK, [name]);
        if (!lock?.locked) return 'unknown';
        return (await run<FoundRow>(GET, [name])).length === 1 ? 'committed' : 'rolled-back';
      });
    } catch {
      return 'unknown';
    }
  }
}
