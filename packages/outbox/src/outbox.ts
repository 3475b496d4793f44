import { keys } from '@twicesafe/fetch';
import { checkIntent } from './intents/check-intent.ts';
import type { Intent, IntentState, StoredIntent } from './intents/intent.ts';
import { newKeyOf } from './intents/new-key.ts';
import { checkOutboxName, DEFAULT_NAME } from './intents/outbox-name.ts';
import { checkScheme, type KeyScheme, type Scheme } from './scheme.ts';
import { checkStart, type StartOptions } from './sending/options.ts';
import { Worker } from './sending/worker.ts';
import type { Counts, OutboxStore, Resolution } from './stores/store.ts';

const PAGE = 100;

/** The part of a store that a view needs. */
type ViewStore = Pick<OutboxStore<never, never>, 'find' | 'list' | 'resolve' | 'counts' | 'close'>;

/** The options of {@link openOutbox}. */
export interface OutboxOptions<Transaction, Stored extends number | Promise<number>> {
  readonly store: OutboxStore<Transaction, Stored>;
  /**
   * The outbox's name: letters, digits, `-` and `_`. Outboxes with different names share a database, and never send
   * each other's intents. Names and groups of intents belong to one outbox. Use a name for each API with a key scheme
   * or credentials of its own.
   *
   * @default 'default'
   */
  readonly name?: string;
  /**
   * How the server accepts idempotency keys. With `'none'`, the server takes none: a request is sent once, and sent
   * again only if the server certainly didn't process it. Otherwise its intent becomes `unknown`.
   *
   * @default keys.ietf()
   */
  readonly scheme?: Scheme;
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
   * Outside a transaction, the intent is committed immediately.
   *
   * @returns The intent's id.
   * @throws {TypeError | RangeError} If the intent can't be stored or sent. The outbox then stays unchanged.
   * @example
   * outbox.enqueue(database, { url: 'https://api.example/invoices', body: '{"order":7}', name: 'invoice-7' });
   */
  enqueue(transaction: Transaction, intent: Intent): Stored;
  /**
   * Starts a worker for the intents of this outbox. You can run any number of workers at the same time, in any number
   * of processes.
   *
   * @throws {RangeError} If an option is invalid.
   * @example
   * const running = outbox.start({ concurrency: 5, onSettled: ({ id, state }) => console.log(id, state) });
   * process.once('SIGTERM', async () => {
   *   await running.stop();
   *   await outbox.close();
   * });
   */
  start(options?: StartOptions): RunningOutbox;
  /** Returns one intent of this outbox. */
  find(id: number): Promise<StoredIntent | undefined>;
  /** Lists intents, oldest first. */
  list(state?: IntentState): AsyncIterable<StoredIntent>;
  /** Lists the intents that may have taken effect. The outbox won't send them again until you resolve them. */
  unknown(): AsyncIterable<StoredIntent>;
  /**
   * Resolves an intent that is `unknown` or `failed`. `applied` marks it as done, `not-applied` marks it as failed, and
   * `send-with-new-key` sends it as a new request. The note keeps how the intent ended before.
   *
   * @throws {Error} If the intent doesn't exist or isn't waiting for a resolution, or if it isn't clear which header
   *   has its key.
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
  /** Closes the store, after its workers have stopped. A connection that you opened yourself stays open. */
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
 * @throws {TypeError} If an option is missing or wrong.
 */
export function openOutbox<Transaction, Stored extends number | Promise<number>>({
  store,
  name = DEFAULT_NAME,
  scheme = keys.ietf(),
}: OutboxOptions<Transaction, Stored>): Outbox<Transaction, Stored> {
  if (typeof store?.take !== 'function') throw new TypeError('openOutbox needs a store, such as sqliteOutbox(path)');
  checkOutboxName(name);
  checkScheme(scheme);
  return {
    ...viewOf(store, name, scheme === 'none' ? undefined : scheme),
    enqueue: (transaction, intent) => store.insert(transaction, checkIntent(intent, scheme, name)),
    start(options = {}) {
      checkStart(options);
      return new Worker(store, name, options, scheme);
    },
    clean: (olderThanMs = WEEK_MS) => store.clean(name, olderThanMs, 1_000),
  };
}

/** The part of an outbox that shows and resolves intents. */
export type OutboxView = Omit<Outbox<never, never>, 'enqueue' | 'start' | 'clean'>;

/**
 * Opens the part of an outbox that shows and resolves intents.
 *
 * @param name - The name of the outbox, or undefined for all outboxes of the database.
 * @param scheme - The scheme of the outbox, or undefined if it isn't known.
 */
export function viewOf(store: ViewStore, name: string | undefined, scheme: KeyScheme | undefined): OutboxView {
  async function* list(state?: IntentState): AsyncGenerator<StoredIntent> {
    for (let after = 0; ; ) {
      const page = await store.list(name, state, after, PAGE);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.id;
    }
  }

  async function find(id: number): Promise<StoredIntent | undefined> {
    const intent = await store.find(id);
    return name === undefined || intent?.outbox === name ? intent : undefined;
  }

  return {
    find,
    list,
    unknown: () => list('unknown'),
    async resolve(id, as) {
      if (!(as in STATES))
        throw new TypeError(`as must be one of ${Object.keys(STATES).join(', ')}, not ${String(as)}`);
      const intent = await find(id);
      const key = intent && as === 'send-with-new-key' && newKeyOf(intent, scheme);
      const change = { state: STATES[as], note: `resolved: ${as}`, ...(key && { key }) };
      if (!intent || !(await store.resolve(id, change)))
        throw new Error(`no unknown or failed intent has the id ${id}`);
    },
    counts: () => store.counts(name),
    async health() {
      const counts = await store.counts(name);
      return { ...counts, isHealthy: counts.oldestDueMs <= LATE_MS };
    },
    close: async () => store.close(),
  };
}

const STATES = { applied: 'done', 'not-applied': 'failed', 'send-with-new-key': 'due' } as const;
