/**
 * What a success costs: each wrapped client against the bare stub, in alternating rounds of one run.
 *
 * The stub makes a Response and nothing else, so the ratio is the worst that can be shown: over a network it is 1.00.
 */
import { wrapFetch } from '@twicesafe/fetch';
import pRetry from 'p-retry';
import { median } from './median.ts';

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

const ROUNDS = 25;
const OPERATIONS = 10_000;
const URL_TEXT = 'https://api.example/orders/7';

const stub: Fetch = async () => new Response('{"id":7}', { headers: { 'content-type': 'application/json' } });
const clients: Readonly<Record<string, Fetch>> = {
  wrapFetch: wrapFetch(stub),
  'wrapFetch, attemptTimeoutMs': wrapFetch(stub, { attemptTimeoutMs: 5000 }),
  'wrapFetch, onEvent': wrapFetch(stub, { onEvent: () => {} }),
  'p-retry': (url, init) => pRetry(() => stub(url, init)),
};
const requests: Readonly<Record<string, RequestInit | undefined>> = {
  GET: undefined,
  POST: { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"amount":3}' },
};

async function microseconds(fetch: Fetch, init: RequestInit | undefined): Promise<number> {
  const startMs = performance.now();
  for (let operation = 0; operation < OPERATIONS; operation++) await fetch(URL_TEXT, init);
  return ((performance.now() - startMs) / OPERATIONS) * 1000;
}

/** The median of several samples: in some of them the collector comes in between. */
async function bytes(fetch: Fetch, init: RequestInit | undefined): Promise<number> {
  const samples: number[] = [];
  for (let sample = 0; sample < 15; sample++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let operation = 0; operation < 200; operation++) await fetch(URL_TEXT, init);
    samples.push((process.memoryUsage().heapUsed - before) / 200);
  }
  return median(samples);
}

for (const [method, init] of Object.entries(requests)) {
  for (const [name, client] of Object.entries(clients)) {
    await microseconds(stub, init);
    await microseconds(client, init);
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const pair = round % 2 === 0 ? [stub, client] : [client, stub];
      const times = new Map<Fetch | undefined, number>();
      for (const fetch of pair) times.set(fetch, await microseconds(fetch as Fetch, init));
      ratios.push((times.get(client) ?? 0) / (times.get(stub) ?? 0));
    }
    const extra = (await bytes(client, init)) - (await bytes(stub, init));
    console.log(
      `${method.padEnd(5)} ${name.padEnd(28)} ${median(ratios).toFixed(2)}x, ${Math.round(extra)} bytes more`,
    );
  }
}
