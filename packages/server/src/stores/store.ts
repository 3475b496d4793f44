/** What a request asks for when it acquires a key. */
export interface Claim {
  /** The token that proves ownership, chosen by the caller and compared for equality only. */
  readonly fence: string;
  /** A hash of the request, compared with that of the request that first used the key. */
  readonly fingerprint: string;
  /** How long the caller owns the key unless it extends the lease, in milliseconds. */
  readonly leaseMs: number;
  /** How long the store remembers the key, in milliseconds from now. */
  readonly keepMs: number;
  /** Whether to take the key over if its lease has run out and its fingerprint is the same. */
  readonly takeOver: boolean;
}

/** What the store knows of a key after {@link IdempotencyStore.acquire}. */
export type Acquired =
  | {
      /** The caller owns the key now. */
      readonly state: 'acquired';
      /** Counted from 1. Greater than 1 if an earlier owner's lease ran out before it completed the key. */
      readonly attempt: number;
    }
  | {
      /** Another request acquired the key and has not completed it. */
      readonly state: 'in-flight';
      readonly fingerprint: string;
      readonly attempt: number;
      /** Milliseconds until the owner's lease runs out. Zero or less: its owner is gone, or stalled. */
      readonly leaseLeftMs: number;
    }
  | {
      /** The key has an outcome. */
      readonly state: 'completed';
      readonly fingerprint: string;
      readonly outcome: string;
    };

/**
 * Remembers idempotency keys. Each method is one atomic step, and every time is measured by the store's own clock.
 *
 * A store for another database passes the suite in `@twicesafe/testing/suites/store`. Methods reject when the store
 * cannot be reached. The handler answers 503 then, or keeps trying if the effect has already taken place.
 */
export interface IdempotencyStore {
  /**
   * Acquires a key that is absent, expired, already held with the same fence, or, with `takeOver`, abandoned. Otherwise
   * reports what the key's record holds. Repeating a call with the same fence gives the same answer, so the caller may
   * repeat it when a reply was lost.
   */
  acquire(key: string, claim: Claim): Promise<Acquired>;
  /** Renews the lease for `leaseMs` from now. False if the caller lost the key. */
  extend(key: string, fence: string, leaseMs: number): Promise<boolean>;
  /**
   * Stores the outcome and keeps it for `keepMs` from now. False: the caller has lost the key, so the outcome wasn't
   * stored.
   */
  complete(key: string, fence: string, outcome: string, keepMs: number): Promise<boolean>;
  /** Gives the key back, as if it had never been used. False if the caller lost the key. */
  release(key: string, fence: string): Promise<boolean>;
  /**
   * Deletes up to `limit` expired records and returns how many. Only stores whose database does not expire records have
   * it.
   */
  purge?(limit: number): Promise<number>;
}
