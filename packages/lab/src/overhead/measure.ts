/**
 * Measures one client on one ground in a separate process, because clients that share a process slow each other down.
 * Prints one line of JSON. Arguments: ground, body, method, client, and `--short`.
 */
import { median } from '../median.ts';
import { configurationsAround, type Fetch, peersAround } from './clients.ts';
import { BODIES, type Ground, loopbackGround, stubGround } from './grounds.ts';
import { type Call, NATIVE } from './native.ts';

const [groundName = 'stub', bodyName = 'order', method = 'GET', name = ''] = process.argv.slice(2);
const short = process.argv.includes('--short');
const body = BODIES[bodyName] ?? '';
const ground = groundName === 'stub' ? stubGround(body, short) : await loopbackGround(body, short);
const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"amount":3}' };
const init = method === 'POST' ? post : undefined;
const { bare, client } = pairOf(name);

function pairOf(named: string): { readonly bare: Call; readonly client: Call } {
  const native = NATIVE[named];
  if (native) return { bare: native.bare(), client: native.client() };
  const made = configurationsAround(ground.fetch)[named] ?? peersAround(ground.fetch)[named];
  if (!made) throw new Error(`There is no client ${named}`);
  return { bare: reading(ground.fetch), client: reading(made()) };
}

/** On loopback, each response is read to its end. The stub's response needs no reading. */
function reading(fetch: Fetch): Call {
  return async (url, given) => {
    const response = await fetch(url, given);
    if (!response.ok) throw new Error('a success was none');
    if (ground.name === 'loopback' && !response.bodyUsed) await response.text();
  };
}

/** Returns CPU time, to exclude other programs. The loopback server runs in this process too. */
async function microseconds({ url, operations }: Ground, call: Call): Promise<number> {
  const start = process.cpuUsage();
  for (let operation = 0; operation < operations; operation++) await call(url, init);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / operations;
}

/** Returns the median of several samples, because the garbage collector disturbs some of them. */
async function bytes(call: Call): Promise<number> {
  const samples: number[] = [];
  for (let sample = 0; sample < 15; sample++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let operation = 0; operation < 200; operation++) await call(ground.url, init);
    samples.push((process.memoryUsage().heapUsed - before) / 200);
  }
  return median(samples);
}

for (let warm = 0; warm < Math.min(ground.rounds, 10); warm++) {
  await microseconds(ground, bare);
  await microseconds(ground, client);
}
const ratios: number[] = [];
/** The fastest round of each client. On a busy machine, the other rounds include cold caches. */
const least = new Map([
  [bare, Infinity],
  [client, Infinity],
]);
for (let round = 0; round < ground.rounds; round++) {
  // Each pays once for what the other leaves to the collector.
  const times = new Map([
    [bare, 0],
    [client, 0],
  ]);
  for (const call of [bare, client, client, bare]) {
    const took = await microseconds(ground, call);
    times.set(call, (times.get(call) ?? 0) + took);
    least.set(call, Math.min(least.get(call) ?? Infinity, took));
  }
  ratios.push((times.get(client) ?? 0) / (times.get(bare) ?? 1));
}
ratios.sort((a, b) => a - b);
const at = (share: number): number => ratios[Math.floor((ratios.length - 1) * share)] ?? 0;
const extra = ground.name === 'stub' ? Math.round((await bytes(client)) - (await bytes(bare))) : undefined;
const ratio = (least.get(client) ?? 0) / (least.get(bare) ?? 1);
console.log(JSON.stringify({ ratio, low: at(0.25), high: at(0.75), extra }));
ground.close();
// got and undici keep their connections open.
process.exit();
