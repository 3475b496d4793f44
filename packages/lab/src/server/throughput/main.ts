/**
 * Compares the speed of each store with its bare driver running the same statements, and measures the cost of a key
 * over HTTP. `--write` updates the tables in docs/server.md, and `--short` purges fewer records.
 */
import { memoryStore } from '@twicesafe/server';
import { median } from '../../median.ts';
import { writeBetween } from '../../write-between.ts';
import { openHttp } from './over-http.ts';
import { acquireAndComplete, openPairs, type Pair } from './pairs.ts';
import { purgeUnderLoad } from './purge.ts';
import { type Rate, rateOf } from './rate.ts';

const CALLERS = 16;
const ROUND_MS = 300;
const ROUNDS = 7;
const EXPIRED = process.argv.includes('--short') ? 20_000 : 1_000_000;

/** The rates of two subjects, and how much more CPU the first one uses. */
interface Comparison {
  readonly one: Rate;
  readonly other: Rate;
  readonly ratio: number;
}

/**
 * Compares two subjects in alternating rounds. Conditions on the machine change, so only adjacent rounds are
 * comparable.
 */
async function compare(one: () => Promise<Rate>, other: () => Promise<Rate>): Promise<Comparison> {
  await one();
  await other();
  const rounds: (readonly [Rate, Rate])[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push([await one(), await other()]);
  return {
    one: middle(rounds.map(([rate]) => rate)),
    other: middle(rounds.map(([, rate]) => rate)),
    ratio: median(rounds.map(([rate, otherRate]) => rate.cpuMicroseconds / otherRate.cpuMicroseconds)),
  };
}

/** Returns the round with the median rate. */
function middle(rates: readonly Rate[]): Rate {
  const sorted = [...rates].sort((one, other) => one.perSecond - other.perSecond);
  return sorted[sorted.length >> 1] as Rate;
}

const newKey = (): string => crypto.randomUUID();

async function storeLine({ name, store, bare, wanted }: Pair): Promise<string> {
  const act = (): Promise<void> => acquireAndComplete(store, newKey());
  const single = await rateOf(1, ROUND_MS, act);
  const ours = (): Promise<Rate> => rateOf(CALLERS, ROUND_MS, act);
  const theirs = (): Promise<Rate> => (bare ? rateOf(CALLERS, ROUND_MS, () => bare(newKey())) : ours());
  const { one, ratio } = await compare(ours, theirs);

  const replayed = newKey();
  await acquireAndComplete(store, replayed);
  const claim = { fence: newKey(), fingerprint: replayed, leaseMs: 1_000, keepMs: 1_000, takeOver: false };
  const replay = await rateOf(CALLERS, ROUND_MS, () => store.acquire(replayed, claim));

  const verdict = wanted === 0 || one.perSecond >= wanted || ratio <= 1.15 ? '' : ' (below the aim)';
  const cells = [
    name,
    thousands(single.perSecond),
    thousands(one.perSecond) + verdict,
    `${one.p50.toFixed(2)} / ${one.p99.toFixed(2)}`,
    bare ? ratio.toFixed(2) : '',
    thousands(replay.perSecond),
  ];
  return `| ${cells.join(' | ')} |`;
}

async function httpLine({ name, store }: Pick<Pair, 'name' | 'store'>): Promise<string> {
  using without = await openHttp(undefined);
  using withKeys = await openHttp(store);
  const { one, other, ratio } = await compare(
    () => withKeys.measure(ROUND_MS),
    () => without.measure(ROUND_MS),
  );
  return `| ${name} | ${thousands(other.perSecond)} | ${thousands(one.perSecond)} | ${ratio.toFixed(2)} |`;
}

function thousands(rate: number): string {
  return Math.round(rate).toLocaleString('en-US');
}

const stores = [
  '| store | 1 caller | 16 callers | p50 / p99 (ms) | CPU, times that of the bare driver | replays |',
  '|---|---|---|---|---|---|',
];
const overHttp = ['| store | without keys | with keys | CPU, times as much |', '|---|---|---|---|'];
const purges = ['| store | expired records | seconds | longest wait of a request (ms) |', '|---|---|---|---|'];
for (const pair of await openPairs()) {
  await using opened = pair;
  stores.push(await storeLine(opened));
  // By now, the first table's store is full of keys, which affects only the memory store.
  const store = opened.name === 'memory' ? memoryStore({ maxEntries: 10_000_000 }) : opened.store;
  overHttp.push(await httpLine({ name: opened.name, store }));
  const expired = await opened.expire?.(EXPIRED);
  if (!expired) continue;
  const { purged, seconds, longestWaitMs } = await purgeUnderLoad(expired);
  purges.push(`| ${opened.name} | ${thousands(purged)} | ${seconds.toFixed(0)} | ${longestWaitMs.toFixed(0)} |`);
}

const tables = { throughput: stores, http: overHttp, purge: purges };
for (const [name, lines] of Object.entries(tables)) {
  console.log(`${name}\n\n${lines.join('\n')}\n`);
  if (process.argv.includes('--write')) writeBetween('server.md', name, lines.join('\n'));
}
