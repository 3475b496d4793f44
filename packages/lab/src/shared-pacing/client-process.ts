/** Ten loops that call an API. Its arguments are the API's URL, a client, the milliseconds to call, and a Redis URL. */
import { once } from 'node:events';
import { wrapFetch } from '@twicesafe/fetch';
import { redisGate } from '../../../../examples/shared-pacing/redis-gate.ts';

const LOOPS = 10;
const [url = '', client = '', forMs = '', redis = ''] = process.argv.slice(2);

const CLIENTS: Readonly<Record<string, () => typeof globalThis.fetch>> = {
  bare: () => globalThis.fetch,
  'no gate': () => wrapFetch({ originGate: 'off' }),
  'a gate per process': () => wrapFetch({ originGate: 'all' }),
  'a shared gate': () => wrapFetch({ originGate: 'all', gateChannel: redisGate(redis, `gate of ${url}`) }),
};

process.once('disconnect', () => process.exit());
const fetch = CLIENTS[client]?.() ?? globalThis.fetch;
setTimeout(() => process.send?.('ready'), 500); // a subscription takes a moment
await once(process, 'message');
const end = performance.now() + Number(forMs);
let failed = 0;
async function loop(): Promise<void> {
  while (performance.now() < end) {
    const response = await fetch(url);
    await response.body?.cancel();
    if (!response.ok) failed += 1;
  }
}
await Promise.all(Array.from({ length: LOOPS }, loop));
process.send?.(failed, () => process.exit());
