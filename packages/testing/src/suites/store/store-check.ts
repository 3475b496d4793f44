import type { ClaimLike, StoreLike } from './store-like.ts';

/** What a store must do, as a test that gets a store and a key of its own. */
export interface StoreCheck {
  readonly name: string;
  readonly run: (store: StoreLike, key: string) => Promise<void>;
}

// The store's clock is its own, so these times are real: short enough to wait for, long enough for a busy machine.
/** A lease or a keep time that runs out during the test. */
export const SHORT_MS = 60;
/** Longer than {@link SHORT_MS} by far. */
export const PAST_SHORT_MS = 150;
/** A lease that is extended before it runs out, even on a busy machine. */
export const EXTENDED_MS = 500;
/** Longer than {@link EXTENDED_MS}. */
export const PAST_EXTENDED_MS = 600;
/** A time beyond the end of every test. */
export const LONG_MS = 60_000;
/** How many requests want the same key at once. */
export const DUPLICATES = 300;

/** Names a check. */
export function check(name: string, run: StoreCheck['run']): StoreCheck {
  return { name, run };
}

/** A claim with a fence of its own. */
export function claim(own: Partial<ClaimLike> = {}): ClaimLike {
  const fence = crypto.randomUUID();
  return { fence, fingerprint: 'fingerprint', leaseMs: 30_000, keepMs: LONG_MS, takeOver: false, ...own };
}

/** Does something {@link DUPLICATES} times at once. */
export function together<Value>(act: (number: number) => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: DUPLICATES }, (_, number) => act(number)));
}
