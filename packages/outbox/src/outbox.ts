import { keys } from '@twicesafe/fetch';
import { checkIntent } from './intents/check-intent.ts';
import { checkKey, writtenKey } from './intents/check-key.ts';
import type { Intent, IntentState, StoredIntent } from './intents/intent.ts';
import type { KeyScheme } from './scheme.ts';
import { checkStart, type StartOptions } from './sending/options.ts';
import { Worker } from './sending/worker.ts';
import type { Counts, OutboxStore, Resolution } from './stores/store.ts';

const PAGE = 100;

/** The options of {@link openOutbox}. */
export interface OutboxOptions<Transaction, Stored extends number | Promise<number>> {
  readonly store: OutboxStore<Transaction, Stored>;
  /**
   * How the servers accept idempotency keys. Use a separate outbox for each scheme.
   *
   * @default keys.ietf()
   */
  readonly scheme?: KeyScheme;
}

/** A running worker. */
export interface RunningOutbox {
  /**
   * Stops taking intents and waits for the requests in flight.
   *
   * @param graceMs - How long to wait before aborting requests in flight, in milliseconds. Default 10 000. Aborted
   *   requests are sent again later.
   */
  stop(graceMs?: number): Promise<void>;
}

/** The health of an outbox, for a health check. */
export interface Health extends Counts {
  /** False if an intent has been due for more than a minute, because the workers can't keep up or aren't running. */
  readonly isHealthy: boolean;
}

/** A durable queue of requests. Its intents survive a crash of the process. */
export interface Outbox<Transaction, Stored extends number | Promise<number>> {
  /**
   * Stores a request in your transaction. After the commit, a worker sends the request until its outcome is known.
   *
   * @returns The intent's id.
   * @throws {TypeError | RangeError} If the intent can't be stored or sent. The outbox then stays unchanged.
   * @example
   * outbox.enqueue(database, { url: 'https://api.example/invoices', body: '{"order":7}', name: 'invoice-7' });
   */
  enqueue(transaction: Transaction, intent: Intent): Stored;
  /**
   * Starts a worker. You can run any number of workers at the same time, in any number of processes.
   *
   * @throws {RangeError} If an option is invalid.
   * @example
   * const running = outbox.start({ concurrency: 5, onSettled: ({ id, state }) => console.log(id, state) });
   * process.once('SIGTERM', () => running.stop());
   */
  start(options?: StartOptions): RunningOutbox;
  /** Returns one intent. */
  find(id: number): Promise<StoredIntent | undefined>;
  /** Lists intents, oldest first. */
  list(state?: IntentState): AsyncIterable<StoredIntent>;
  /** Lists the intents that may have taken effect. The outbox won't send them again until you resolve them. */
  unknown(): AsyncIterable<StoredIntent>;
  /**
   * Resolves an intent that is `unknown` or `failed`. `applied` marks it as done, `not-applied` marks it as failed, and
   * `send-with-new-key` sends it as a new request.
   *
   * @throws {Error} If the intent doesn't exist or isn't waiting for a resolution.
   * @example
   * for await (const { id, key } of outbox.unknown())
   *   await outbox.resolve(id, (await wasCharged(key)) ? 'applied' : 'send-with-new-key');
   */
  resolve(id: number, as: Resolution): Promise<void>;
  counts(): Promise<Counts>;
  /** Checks the store and the age of the oldest due intent. Rejects if the store is unavailable. */
  health(): Promise<Health>;
  /**
   * Deletes up to 1 000 intents that became done or failed more than `olderThanMs` milliseconds ago. The default is a
   * week. You can then use their names again.
   *
   * @returns How many intents were deleted.
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
      if (!(as in STATES))
        throw new TypeError(`as must be one of ${Object.keys(STATES).join(', ')}, not ${String(as)}`);
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
