import type { IntentState, StoredIntent } from '../intents/intent.ts';
import type { NewIntent } from '../intents/new-intent.ts';
import type { NewKey } from '../intents/new-key.ts';

/** Proves that a worker owns an intent. */
export interface Lease {
  readonly id: number;
  readonly fence: string;
}

/** An intent that a worker owns until its lease ends. */
export interface TakenIntent extends StoredIntent, Lease {
  /** The store's clock when the intent was taken, in milliseconds since 1970. */
  readonly takenAt: number;
  readonly firstSentAt: number;
  readonly firstSentHeader: string | undefined;
}

/** The result that a worker stores when its run ends. */
export interface RunEnd {
  readonly state: Exclude<IntentState, 'sending'>;
  /** How long to wait before the next run, in milliseconds. */
  readonly waitMs: number;
  /** Whether the server may have processed the request. */
  readonly inDoubt: boolean;
  readonly note: string;
}

/** How many intents are in each state, and how long the oldest one has been due, in milliseconds. */
export interface Counts extends Readonly<Record<IntentState, number>> {
  readonly oldestDueMs: number;
}

/** A person's or a lookup's resolution of an intent. */
export type Resolution = 'applied' | 'not-applied' | 'send-with-new-key';

/**
 * A store for intents. `Transaction` is the type of the caller's transaction, and `Stored` is the return type of
 * `insert`.
 */
export interface OutboxStore<Transaction, Stored extends number | Promise<number>> {
  /** Stores an intent in the caller's transaction and returns its id. */
  insert(transaction: Transaction, intent: NewIntent): Stored;
  /**
   * Takes the intent of an outbox that has been due longest. Atomic. The time of the first send is on disk when the
   * promise resolves.
   */
  take(outbox: string, fence: string, leaseMs: number): Promise<TakenIntent | undefined>;
  /** Renews a lease. Resolves to false if another worker owns the intent. */
  renew(lease: Lease, leaseMs: number): Promise<boolean>;
  /** Stores the result of a run. Resolves to false if another worker owns the intent. */
  settle(lease: Lease, end: RunEnd): Promise<boolean>;
  find(id: number): Promise<StoredIntent | undefined>;
  /**
   * Lists up to `limit` intents with an id above `after`, in the order of their ids. Undefined means all outboxes or
   * states.
   */
  list(
    outbox: string | undefined,
    state: IntentState | undefined,
    after: number,
    limit: number,
  ): Promise<readonly StoredIntent[]>;
  /**
   * Changes an intent in the state `unknown` or `failed`, and adds its note before the old one. Resolves to false if
   * such an intent doesn't exist.
   */
  resolve(
    id: number,
    change: { readonly state: 'done' | 'failed' | 'due'; readonly note: string; readonly key?: NewKey },
  ): Promise<boolean>;
  counts(outbox: string | undefined): Promise<Counts>;
  /** Deletes up to `limit` intents of an outbox that are done or failed and ended more than `ageMs` ago. */
  clean(outbox: string, ageMs: number, limit: number): Promise<number>;
  close(): void | Promise<void>;
}
