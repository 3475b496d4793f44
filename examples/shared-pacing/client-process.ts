/**
 * Ten loops that call the API for a while. Started with its URL, the milliseconds, and the Redis to share pauses over,
 * if any.
 */
import { wrapFetch } from '@twicesafe/fetch';
import { redisGate } from './redis-gate.ts';

const [url = '', forMs = '', redis] = process.argv.slice(2);
const gate = redis ? { gateChannel: redisGate(redis, `gate of ${url}`) } : {};
const fetch = wrapFetch({ originGate: 'all', ...gate });
const end = Date.now() + Number(forMs);
let failed = 0;
const loop = async (): Promise<void> => {
  while (Date.now() < end) if (!(await fetch(url)).ok) failed += 1;
};
await Promise.all(Array.from({ length: 10 }, loop));
process.send?.(failed, () => process.exit());
