/**
 * What a success costs: every library that takes a fetch against that fetch itself, in alternating rounds of one run. On a stub that
 * makes a Response and nothing else (the worst that can be shown), and over a connection that is kept, on loopback.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { median } from '../median.ts';
import { OverheadTable } from '../overhead-table.ts';
import { clientsAround, type Fetch } from './clients.ts';

const short = process.argv.includes('--short');
const ORDER = '{"id":7}';
const TYPE = { 'content-type': 'application/json' };

const requests: Readonly<Record<string, RequestInit | undefined>> = {
  GET: undefined,
  POST: { method: 'POST', headers: TYPE, body: '{"amount":3}' },
};

/** Something to send to, and how many operations make a round. */
interface Ground {
  readonly name: string;
  readonly url: string;
  readonly fetch: Fetch;
  readonly operations: number;
  /** Few long rounds where an operation takes next to no time, many short ones where the machine's mood changes meanwhile. */
  readonly rounds: number;
  /** Allocations are only told where nothing but the client allocates. */
  readonly counts: boolean;
}

async function microseconds({ url, operations }: Ground, fetch: Fetch, init: RequestInit | undefined): Promise<number> {
  const startMs = performance.now();
  for (let operation = 0; operation < operations; operation++) {
    const response = await fetch(url, init);
    if (!response.ok) throw new Error('a success was none');
    if (!response.bodyUsed && url.startsWith('http://127')) await response.text();
  }
  return ((performance.now() - startMs) / operations) * 1000;
}

/** The median of several samples: in some of them the collector comes in between. */
async function bytes({ url }: Ground, fetch: Fetch, init: RequestInit | undefined): Promise<number> {
  const samples: number[] = [];
  for (let sample = 0; sample < 15; sample++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let operation = 0; operation < 200; operation++) await fetch(url, init);
    samples.push((process.memoryUsage().heapUsed - before) / 200);
  }
  return median(samples);
}

async function compare(ground: Ground, method: string, name: string, client: Fetch): Promise<void> {
  const bare = ground.fetch;
  const init = requests[method];
  for (let warm = 0; warm < Math.min(ground.rounds, 10); warm++) {
    await microseconds(ground, bare, init);
    await microseconds(ground, client, init);
  }
  const ratios: number[] = [];
  for (let round = 0; round < ground.rounds; round++) {
    // Each pays once for what the other leaves to the collector.
    const times = new Map([
      [bare, 0],
      [client, 0],
    ]);
    for (const fetch of [bare, client, client, bare])
      times.set(fetch, (times.get(fetch) ?? 0) + (await microseconds(ground, fetch, init)));
    ratios.push((times.get(client) ?? 0) / (times.get(bare) ?? 0));
  }
  ratios.sort((a, b) => a - b);
  const at = (share: number): string => (ratios[Math.floor((ratios.length - 1) * share)] ?? 0).toFixed(2);
  const extra = ground.counts
    ? Math.round((await bytes(ground, client, init)) - (await bytes(ground, bare, init)))
    : '';
  table.add([ground.name, method, name, at(0.5), `${at(0.25)} to ${at(0.75)}`, extra]);
}

const server = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200, TYPE).end(ORDER));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

const grounds: readonly Ground[] = [
  {
    name: 'stub',
    url: 'https://api.example/orders/7',
    fetch: async () => new Response(ORDER, { headers: TYPE }),
    operations: short ? 500 : 5000,
    rounds: short ? 3 : 15,
    counts: true,
  },
  {
    name: 'loopback',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders/7`,
    fetch: (url, init) => fetch(url, init),
    operations: 10,
    rounds: short ? 5 : 300,
    counts: false,
  },
];
const table = new OverheadTable('success', [
  'on',
  'method',
  'client',
  'times bare fetch',
  'middle half of the rounds',
  'bytes more',
]);
for (const ground of grounds) {
  for (const method of Object.keys(requests)) {
    for (const [name, client] of Object.entries(clientsAround(ground.fetch)))
      await compare(ground, method, name, client);
  }
}
table.end();
server.closeAllConnections();
server.close();
