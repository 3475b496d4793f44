import { setTimeout } from 'node:timers/promises';
import type { IdempotencyStore } from '@twicesafe/server';
import { acquireAndComplete } from './pairs.ts';

const BATCH = 500;
const PAUSE_MS = 1;

/** What a purge took, and what others felt of it. */
export interface PurgeResult {
  readonly purged: number;
  readonly seconds: number;
  /** The longest time in milliseconds that a request had to wait for its key while the purge went on. */
  readonly longestWaitMs: number;
}

/** Purges all that has expired in batches, as docs/server.md has it, while requests go on. */
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
