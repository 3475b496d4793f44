import type { IntentState, StoredIntent } from '../intents/intent.ts';
import type { NewIntent } from '../intents/new-intent.ts';
import { intentOf, type Row, takenOf } from './row.ts';
import * as statements from './statements.ts';
import type { Counts, Lease, OutboxStore, RunEnd, TakenIntent } from './store.ts';

/** The values of a statement's parameters, by name. The driver adds `now`. */
export type Values = Readonly<Record<string, string | number | Uint8Array | null>>;

/**
 * Returns the id of the intent with the same name.
 *
 * @throws {Error} If it belongs to another outbox, because this intent would never be sent.
 */
export function idOfName(row: Row | undefined, { outbox, name }: NewIntent): number {
  if (row?.outbox === outbox) return Number(row.id);
  throw new Error(`an intent of the outbox ${String(row?.outbox)} has the name ${String(name)} already`);
}

/** The part of a database driver that a store needs. */
export interface Driver<Transaction, Stored> {
  readonly dialect: statements.Dialect;
  insert(transaction: Transaction, intent: NewIntent): Stored;
  query(statement: string, values: Values): Promise<readonly Row[]>;
  close(): void | Promise<void>;
}

const EMPTY: Counts = { due: 0, sending: 0, done: 0, failed: 0, unknown: 0, oldestDueMs: 0 };

/** The store that all SQL databases share. */
export class SqlStore<Transaction, Stored extends number | Promise<number>>
  implements OutboxStore<Transaction, Stored>
{
  readonly #driver: Driver<Transaction, Stored>;
  readonly #take: string;

  constructor(driver: Driver<Transaction, Stored>) {
    this.#driver = driver;
    this.#take = statements.take(driver.dialect);
  }

  insert(transaction: Transaction, intent: NewIntent): Stored {
    return this.#driver.insert(transaction, intent);
  }

  async take(outbox: string, fence: string, leaseMs: number): Promise<TakenIntent | undefined> {
    const [row] = await this.#driver.query(this.#take, { outbox, fence, lease: leaseMs });
    return row && takenOf(row, fence);
  }

  async renew({ id, fence }: Lease, leaseMs: number): Promise<boolean> {
    return this.#changes(statements.RENEW, { id, fence, lease: leaseMs });
  }

  async settle({ id, fence }: Lease, { state, waitMs, inDoubt, note }: RunEnd): Promise<boolean> {
    const values = { id, fence, state, note, wait: Math.ceil(waitMs), in_doubt: inDoubt ? 1 : 0 };
    return this.#changes(statements.SETTLE, values);
  }

  async find(id: number): Promise<StoredIntent | undefined> {
    const [row] = await this.#driver.query(statements.FIND, { id });
    return row && intentOf(row);
  }

  async list(
    outbox: string | undefined,
    state: IntentState | undefined,
    after: number,
    limit: number,
  ): Promise<readonly StoredIntent[]> {
    const filter = { ...(outbox !== undefined && { outbox }), ...(state !== undefined && { state }) };
    const rows = await this.#driver.query(statements.list(filter), { ...filter, after, limit });
    return rows.map(intentOf);
  }

  async resolve(id: number, change: Parameters<OutboxStore<Transaction, Stored>['resolve']>[1]): Promise<boolean> {
    const { state, note, key } = change;
    if (key) return this.#changes(statements.RENEW_KEY, { id, note, key: key.key, headers: key.headers });
    return this.#changes(statements.RESOLVE, { id, state, note });
  }

  async counts(outbox: string | undefined): Promise<Counts> {
    const filter = outbox === undefined ? {} : { outbox };
    const statement = statements.counts(this.#driver.dialect, filter);
    const counts: { -readonly [Name in keyof Counts]: number } = { ...EMPTY };
    for (const { state, count, oldest } of await this.#driver.query(statement, filter)) {
      counts[state as IntentState] = Number(count);
      if (state === 'due') counts.oldestDueMs = Math.max(0, Number(oldest));
    }
    return counts;
  }

  async clean(outbox: string, ageMs: number, limit: number): Promise<number> {
    return (await this.#driver.query(statements.CLEAN, { outbox, age: Math.ceil(ageMs), limit })).length;
  }

  close(): void | Promise<void> {
    return this.#driver.close();
  }

  async #changes(statement: string, values: Values): Promise<boolean> {
    return (await this.#driver.query(statement, values)).length === 1;
  }
}
