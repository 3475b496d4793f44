/**
 * Shows where the time of a successful request goes: samples wrapFetch on the stub, and adds up the samples of each
 * part of the code. `--write` puts the table into docs/overhead.md.
 */
import { Session } from 'node:inspector/promises';
import { OverheadTable } from '../overhead-table.ts';
import { CONFIGURATIONS, configurationsAround, type Fetch } from './clients.ts';
import { BODIES, stubGround } from './grounds.ts';

const OPERATIONS = process.argv.includes('--short') ? 20_000 : 300_000;
const POST = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"amount":3}' };

/** The parts, each with the sources that belong to it. The first one that matches counts. */
const PARTS: readonly (readonly [name: string, source: RegExp])[] = [
  ['the garbage collector', /^\(garbage collector\)/],
  [
    'the stub: Response, Headers, streams',
    /deps\/undici|webstreams|internal\/(?:encoding|url|blob)|grounds\.ts|TextDecoder|encode/,
  ],
  ['core: the operation', /packages\/core\/src\/operation\//],
  ['core: decision, effect, keys, options, pacing', /packages\/core\/src\//],
  ['evidence: attempts and copies', /packages\/evidence\/src\//],
  ['the fetch client', /packages\/clients\/fetch\/src\//],
  ['AsyncLocalStorage', /async_(?:context_frame|local_storage)/],
  ['other parts of Node', /./],
];

/** One sampled run. */
interface Profile {
  /** The share of each part, from 0 to 1. */
  readonly shares: ReadonlyMap<string, number>;
  readonly microseconds: number;
}

async function profile(fetch: Fetch, init: RequestInit | undefined): Promise<Profile> {
  const { url } = stubGround('', true);
  const run = async (operations: number): Promise<void> => {
    for (let operation = 0; operation < operations; operation++) await fetch(url, init);
  };
  // Compiled before the samples begin.
  await run(OPERATIONS / 4);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  const start = process.cpuUsage();
  await run(OPERATIONS);
  const { user, system } = process.cpuUsage(start);
  const { profile: sampled } = await session.post('Profiler.stop');
  session.disconnect();

  const parts = new Map(
    sampled.nodes.map(({ id, callFrame }) => [id, partOf(`${callFrame.functionName} ${callFrame.url}`)]),
  );
  const shares = new Map<string, number>();
  const samples = sampled.samples ?? [];
  for (const id of samples) {
    const part = parts.get(id) ?? '';
    shares.set(part, (shares.get(part) ?? 0) + 1 / samples.length);
  }
  return { shares, microseconds: (user + system) / OPERATIONS };
}

function partOf(frame: string): string {
  return PARTS.find(([, source]) => source.test(frame))?.[0] ?? '';
}

const stub = stubGround(BODIES.order ?? '', true).fetch;
const clients = configurationsAround(stub);
const [installed = '', , , everything = ''] = Object.keys(CONFIGURATIONS);
const columns = [
  ['the stub', await profile(stub, undefined)],
  ['GET', await profile(clients[installed]?.() as Fetch, undefined)],
  ['POST', await profile(clients[installed]?.() as Fetch, POST)],
  ['POST, key + timeout + deadline + events', await profile(clients[everything]?.() as Fetch, POST)],
] as const;
const unit = columns[0][1].microseconds;

const table = new OverheadTable('profile', ['where', ...columns.map(([name]) => name)]);
for (const [part] of PARTS)
  table.add([
    part,
    ...columns.map(([, { shares, microseconds }]) => (((shares.get(part) ?? 0) * microseconds) / unit).toFixed(2)),
  ]);
table.add(['all of it', ...columns.map(([, { microseconds }]) => (microseconds / unit).toFixed(2))]);
table.end();
