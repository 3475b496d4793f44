/**
 * Four processes call an API that serves 100 requests per second: each with its own gate, and with a gate that they
 * share over Redis.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openLimitedApi } from './limited-api.ts';

const redis = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
const FOR_MS = 10_000;

for (const [name, place] of [
  ['own gates', ''],
  ['shared gate', redis],
] as const) {
  await using api = await openLimitedApi(100);
  const failures = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = fork(join(import.meta.dirname, 'client-process.ts'), [api.url, String(FOR_MS), place]);
      const [failed] = await once(child, 'message');
      return Number(failed);
    }),
  );
  const failed = failures.reduce((sum, each) => sum + each, 0);
  console.log(`${name}: ${api.served} served, ${api.refused} answered 429, ${failed} failed at their callers`);
}
