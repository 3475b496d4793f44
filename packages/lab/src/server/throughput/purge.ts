import { setTimeout } from 'node:timers/promises';
import type { IdempotencyStore } from '@twicesafe/server';
import { acquireAndComplete } from './pairs.ts';

const BATCH = 500;
const PAUSE_MS = 1;

/** The cost of a purge, and its effect on other requests. */
export interface PurgeResult {
  readonly purged: number;
  readonly seconds: number;
  /** The longest time that a request waited for its key during the purge, in milliseconds. */
  readonly longestWaitMs: number;
}

/** Purges all expired records in batches, as docs/server.md describes, while requests continue. */
export async function purgeUnderLoad(store: Required<IdempotencyStore>): Promise<PurgeResult> {
  let isOver = false;
  let longestWaitMs = 0;
  const requests = async (): Promise<void> => {
    while (!isOver) {
      const from = performance.now();
      await acquireAndComplete(store, crypto.randomUUID());
      longestWaitMs = Math.max(longestWaitMs, performance.now() - from);
      await setTimeout(5);
    }
  };
  const running = requests();
  const startedAt = performance.now();
  let purged = 0;
  for (let last = BATCH; last === BATCH; purged += last) {
    last = await store.purge(BATCH);
    await setTimeout(PAUSE_MS);
  }
  isOver = true;
  await running;
  return { purged, seconds: (performance.now() - startedAt) / 1_000, longestWaitMs };
}
