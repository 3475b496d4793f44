import { keys } from '@twicesafe/fetch';
import { checkIntent } from './intents/check-intent.ts';
import { checkKey, writtenKey } from './intents/check-key.ts';
import type { Intent, IntentState, StoredIntent } from './intents/intent.ts';
import type { KeyScheme } from './scheme.ts';
import { checkStart, type StartOptions } from './sending/options.ts';
import { Worker } from './sending/worker.ts';
import type { Counts, OutboxStore, Resolution } from './stores/store.ts';

const PAGE = 100;

/** What an outbox needs. */
export interface OutboxOptions<Transaction, Stored extends number | Promise<number>> {
  readonly store: OutboxStore<Transaction, Stored>;
  /**
   * How the servers accept keys. Use one outbox for each scheme.
   *
   * @default keys.ietf()
   */
  readonly scheme?: KeyScheme;
}

/** A worker that was started. */
export interface RunningOutbox {
  /**
   * Takes nothing more and waits for the requests in flight.
   *
   * @param graceMs - When to abort what is still in flight, in milliseconds. Default 10 000. An aborted request is sent again later.
   */
  stop(graceMs?: number): Promise<void>;
}

/** Whether an outbox does its work, for a probe. */
export interface Health extends Counts {
  /** False if an intent has been due for more than a minute: no worker runs, or it can't keep up. */
  readonly isHealthy: boolean;
}

/** Intents that survive the death of their process. */
export interface Outbox<Transaction, Stored extends number | Promise<number>> {
  /**
   * Stores a request in the caller's transaction. Once that commits, the request is sent until its outcome is known.
   *
   * @returns The id of the intent.
   * @throws {TypeError | RangeError} For an intent that can't be stored or sent. Nothing is stored.
   */
  enqueue(transaction: Transaction, intent: Intent): Stored;
  /**
   * Starts a worker. Any number of workers, in any number of processes, may run at a time.
   *
   * @throws {RangeError} For an option that is not allowed.
   */
  start(options?: StartOptions): RunningOutbox;
  /** Returns one intent. */
  find(id: number): Promise<StoredIntent | undefined>;
  /** Lists intents, oldest first. */
  list(state?: IntentState): AsyncIterable<StoredIntent>;
  /** Lists the intents that may have taken effect, and that the outbox won't send again by itself. */
  unknown(): AsyncIterable<StoredIntent>;
  /**
   * Resolves an intent that is `unknown` or `failed`: `applied` makes it done, `not-applied` failed, and `send-with-new-key` sends
   * it as a new request.
   *
   * @throws {Error} If no such intent is waiting for a resolution.
   */
  resolve(id: number, as: Resolution): Promise<void>;
  counts(): Promise<Counts>;
  /** Checks the store and the age of the oldest due intent. Rejects if the store is away. */
  health(): Promise<Health>;
  /**
   * Deletes up to 1 000 intents that were done or failed more than `olderThanMs` milliseconds ago, by default a week. Their names
   * may then be used again.
   *
   * @returns How many were deleted.
   */
  clean(olderThanMs?: number): Promise<number>;
  close(): Promise<void>;
}

const WEEK_MS = 604_800_000;
const LATE_MS = 60_000;

/**
 * Opens an outbox.
 *
 * @example
 * const outbox = openOutbox({ store: sqliteOutbox(database) });
 * database.exec('begin');
 * database.exec("insert into orders values ('order-7')");
 * outbox.enqueue(database, { url: 'https://api.example/invoices', body: '{"order":7}', name: 'invoice-7' });
 * database.exec('commit');
 * const running = outbox.start();
 */
export function openOutbox<Transaction, Stored extends number | Promise<number>>({
  store,
  scheme = keys.ietf(),
}: OutboxOptions<Transaction, Stored>): Outbox<Transaction, Stored> {
  if (typeof store?.take !== 'function') throw new TypeError('openOutbox needs a store, such as sqliteOutbox(path)');

  async function* list(state?: IntentState): AsyncGenerator<StoredIntent> {
    for (let after = 0; ; ) {
      const page = await store.list(state, after, PAGE);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.id;
    }
  }

  async function newKeyOf(id: number): Promise<{ readonly key: string; readonly headers: string }> {
    const intent = await store.find(id);
    const key = checkKey(scheme.generate?.() ?? crypto.randomUUID(), scheme);
    const headers = new Headers((intent?.headers ?? []) as [string, string][]);
    headers.set(scheme.header, writtenKey(key, scheme));
    return { key, headers: JSON.stringify([...headers]) };
  }

  return {
    enqueue: (transaction, intent) => store.insert(transaction, checkIntent(intent, scheme)),
    start(options = {}) {
      checkStart(options);
      return new Worker(store, options, scheme);
    },
    find: (id) => store.find(id),
    list,
    unknown: () => list('unknown'),
    async resolve(id, as) {
      if (!(as in STATES)) throw new TypeError(`resolve takes ${Object.keys(STATES).join(', ')}, not ${String(as)}`);
      const key = as === 'send-with-new-key' ? await newKeyOf(id) : undefined;
      const change = { state: STATES[as], note: `resolved: ${as}`, ...(key && { key }) };
      if (!(await store.resolve(id, change))) throw new Error(`no unknown or failed intent has the id ${id}`);
    },
    counts: () => store.counts(),
    async health() {
      const counts = await store.counts();
      return { ...counts, isHealthy: counts.oldestDueMs <= LATE_MS };
    },
    clean: (olderThanMs = WEEK_MS) => store.clean(olderThanMs, 1_000),
    close: async () => store.close(),
  };
}

const STATES = { applied: 'done', 'not-applied': 'failed', 'send-with-new-key': 'due' } as const;
