/**
 * Measures how fast an outbox stores and sends, whether its memory stays flat, and how its cost grows with the queue.
 * Needs `--expose-gc`. `--short` uses small queues, `--only expression` measures what matches, such as
 * `Postgres queues` or `memory`, and `--write` updates the tables in docs/outbox.md.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findPostgres } from '../../../../server/test/support/find-postgres.ts';
import { median } from '../../median.ts';
import { textBetween, writeBetween } from '../../write-between.ts';
import { type Disk, openPostgresPlace, openSqlitePlace, type Place } from './place.ts';
import { enqueueAll, secondsOf, sendBare, settle } from './work.ts';

const { values: flags } = parseArgs({
  options: { short: { type: 'boolean' }, write: { type: 'boolean' }, only: { type: 'string' } },
});
const CONCURRENCY = 10; // the default of start()
const ROUNDS = flags.short ? 1 : 3;
const PER_ROUND = flags.short ? 200 : 500;
const THROUGH = flags.short ? 2_000 : 100_000;
const QUEUES = flags.short ? [100, 1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000];
const TAKEN = flags.short ? 100 : 1_000;

const rates = [
  '| store | bare `fetch` | enqueue, 1 caller | enqueue, 10 callers | send and settle | all of it |',
  '|---|---|---|---|---|---|',
];
const memory = [
  '| store | intents | heap after a tenth | heap after half | heap at the end |',
  '|---|---|---|---|---|',
];
const queues = [
  `| store | ${QUEUES.map((length) => `${thousands(length)} waiting`).join(' | ')} | first request after a start with ${thousands(QUEUES.at(-1) ?? 0)} waiting |`,
  `|---|${QUEUES.map(() => '---|').join('')}---|`,
];

/** Requests per second: bare, then through the outbox, in alternating rounds. */
async function measureRates(place: Place, url: string): Promise<void> {
  const rounds: (readonly number[])[] = [];
  await sendBare(PER_ROUND, url, CONCURRENCY);
  for (let round = 0; round < ROUNDS; round += 1) {
    await place.empty();
    const bare = await secondsOf(() => sendBare(PER_ROUND, url, CONCURRENCY));
    const single = await secondsOf(() => enqueueAll(place, PER_ROUND, url, 1));
    await place.empty();
    const several = await secondsOf(() => enqueueAll(place, PER_ROUND, url, CONCURRENCY));
    const sent = await secondsOf(() => settle(place.outbox, PER_ROUND));
    const all = await secondsOf(() =>
      Promise.all([settle(place.outbox, PER_ROUND), enqueueAll(place, PER_ROUND, url, CONCURRENCY)]),
    );
    rounds.push([bare, single, several, sent, all]);
  }
  const cells = [0, 1, 2, 3, 4].map((column) =>
    thousands(PER_ROUND / median(rounds.map((round) => round[column] ?? 0))),
  );
  rates.push(`| ${[place.name, ...cells].join(' | ')} |`);
}

/** The heap after a tenth, half and all of many intents. */
async function measureMemory(place: Place, url: string): Promise<void> {
  await place.empty();
  await place.fill(THROUGH, url);
  const heaps: string[] = [];
  let settled = 0;
  for (const share of [0.1, 0.5, 1]) {
    settled += await settle(place.outbox, THROUGH * share - settled);
    globalThis.gc?.();
    heaps.push(`${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(1)} MB`);
  }
  memory.push(`| ${[place.name, thousands(THROUGH), ...heaps].join(' | ')} |`);
}

/** The cost of taking and settling one intent by the length of the queue, and how soon the longest queue starts. */
async function measureQueues(place: Place): Promise<void> {
  const costs: string[] = [];
  let startMs = 0;
  for (const length of QUEUES) {
    await place.empty();
    await place.fill(length, 'http://127.0.0.1:9/');
    startMs = await firstRequestMs(place);
    const taken = Math.min(TAKEN, length / 2);
    const seconds = await secondsOf(() => settle(place.outbox, taken, { concurrency: 1, send: accept }));
    costs.push(`${((seconds * 1_000) / taken).toFixed(2)} ms`);
  }
  queues.push(`| ${[place.name, ...costs, `${startMs.toFixed(0)} ms`].join(' | ')} |`);
}

async function accept(): Promise<{ readonly status: number }> {
  return { status: 201 };
}

/** The milliseconds from opening an outbox to its first request. */
async function firstRequestMs(place: Place): Promise<number> {
  const start = performance.now();
  const outbox = place.reopen();
  const { promise, resolve } = Promise.withResolvers<number>();
  const running = outbox.start({
    concurrency: 1,
    send: async () => {
      resolve(performance.now() - start);
      return accept();
    },
  });
  const ms = await promise;
  await running.stop();
  await outbox.close();
  return ms;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

async function startApi(): Promise<{ readonly api: ChildProcess; readonly url: string }> {
  const api = fork(join(import.meta.dirname, 'api-process.ts'));
  const [url] = await once(api, 'message');
  return { api, url: String(url) };
}

await using postgres = await findPostgres();
const { api, url } = await startApi();
if (!postgres) console.log('NOT RUN: Postgres is missing');
const isWanted = (what: string): boolean => new RegExp(flags.only ?? '').test(what);
const opens: readonly (readonly [store: string, open: (disk: Disk) => Promise<Place>])[] = [
  ['SQLite', openSqlitePlace],
  ...(postgres ? [['Postgres', (disk: Disk) => openPostgresPlace(postgres.url, disk)] as const] : []),
];
for (const [store, open] of opens) {
  if (isWanted(`${store} rates`)) {
    await using durable = await open('disk');
    await measureRates(durable, url);
    console.log(rates.at(-1));
  }
  if (isWanted(`${store} queues`)) {
    await using place = await open('no-disk');
    await measureQueues(place);
    console.log(queues.at(-1));
  }
  if (isWanted(`${store} memory`)) {
    await using place = await open('no-disk');
    await measureMemory(place, url);
    console.log(memory.at(-1));
  }
}
api.disconnect();
for (const [name, lines] of Object.entries({ rates, memory, queues })) {
  console.log(`\n${lines.join('\n')}`);
  if (!flags.write || lines.length === 2) continue;
  // A store that this run didn't measure keeps its line.
  const before = textBetween('outbox.md', name).split('\n');
  const rows = opens.flatMap(
    ([store]) =>
      [lines, before].flatMap((table) => table.find((line) => line.startsWith(`| ${store} |`)) ?? [])[0] ?? [],
  );
  writeBetween('outbox.md', name, [...lines.slice(0, 2), ...rows].join('\n'));
}
