import type { Acquired, Claim, IdempotencyStore } from './store.ts';

/** The options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /**
   * The number of keys that the store holds at most. A full store refuses new keys, which the handler answers with 503.
   * It never evicts a key before its time, because a duplicate of an evicted key would run again.
   *
   * @default 100_000
   */
  readonly maxEntries?: number;
}

interface Row {
  readonly fingerprint: string;
  readonly fence: string;
  readonly attempt: number;
  readonly leaseUntil: number;
  readonly expires: number;
  readonly outcome: string | undefined;
}

// More than one for each new key, so that expired keys leave faster than new ones arrive.
const SWEEP_PER_KEY = 4;
const SWEEP_WHEN_FULL = 1_000;

/**
 * Creates a store in the memory of this process, for tests and for servers that run as a single process. It forgets
 * everything when the process ends. Use SQLite, Redis or Postgres if a key must survive a restart.
 *
 * @throws {TypeError} If `maxEntries` is not a positive integer.
 * @example
 * const handle = idempotent(pay, { store: memoryStore(), scope: () => 'single-tenant' });
 */
export function memoryStore(options: MemoryStoreOptions = {}): IdempotencyStore {
  const { maxEntries = 100_000 } = options;
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError(`maxEntries must be a whole number of 1 or more, not ${String(maxEntries)}`);
  }
  return new MemoryStore(maxEntries);
}

class MemoryStore implements IdempotencyStore {
  readonly #rows = new Map<string, Row>();
  readonly #maxEntries: number;
  #sweep: MapIterator<[string, Row]> = this.#rows.entries();

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  async acquire(key: string, claim: Claim): Promise<Acquired> {
    const now = performance.now();
    const found = this.#rows.get(key);
    const row = found && found.expires > now ? found : undefined;
    if (row?.outcome !== undefined) return { state: 'completed', fingerprint: row.fingerprint, outcome: row.outcome };

    const again = row?.fence === claim.fence;
    const abandoned = row && claim.takeOver && row.leaseUntil <= now && row.fingerprint === claim.fingerprint;
    if (row && !again && !abandoned) {
      const { fingerprint, attempt, leaseUntil } = row;
      return { state: 'in-flight', fingerprint, attempt, leaseLeftMs: leaseUntil - now };
    }

    if (!found) this.#makeRoom(now);
    const attempt = (row?.attempt ?? 0) + (again ? 0 : 1);
    const { fingerprint, fence, leaseMs, keepMs } = claim;
    const times = { leaseUntil: now + leaseMs, expires: now + keepMs };
    this.#rows.set(key, { fingerprint, fence, attempt, ...times, outcome: undefined });
    return { state: 'acquired', attempt };
  }

  async extend(key: string, fence: string, leaseMs: number): Promise<boolean> {
    const leaseUntil = performance.now() + leaseMs;
    return this.#update(key, fence, (row) => ({ ...row, leaseUntil, expires: Math.max(row.expires, leaseUntil) }));
  }

  async complete(key: string, fence: string, outcome: string, keepMs: number): Promise<boolean> {
    return this.#update(key, fence, (row) => ({ ...row, outcome, expires: performance.now() + keepMs }));
  }

  async release(key: string, fence: string): Promise<boolean> {
    return this.#owned(key, fence) !== undefined && this.#rows.delete(key);
  }

  #owned(key: string, fence: string): Row | undefined {
    const row = this.#rows.get(key);
    return row?.fence === fence && row.outcome === undefined && row.expires > performance.now() ? row : undefined;
  }

  #update(key: string, fence: string, change: (row: Row) => Row): boolean {
    const row = this.#owned(key, fence);
    if (row) this.#rows.set(key, change(row));
    return row !== undefined;
  }

  #makeRoom(now: number): void {
    const isFull = this.#rows.size >= this.#maxEntries;
    for (let looked = 0; looked < (isFull ? SWEEP_WHEN_FULL : SWEEP_PER_KEY); looked += 1) {
      let next = this.#sweep.next();
      if (next.done) {
        this.#sweep = this.#rows.entries();
        next = this.#sweep.next();
        if (next.done) break;
      }
      const [key, row] = next.value;
      if (row.expires <= now) this.#rows.delete(key);
    }
    if (this.#rows.size >= this.#maxEntries)
      throw new Error(`the memory store is full: it holds ${this.#maxEntries} keys`);
  }
}
