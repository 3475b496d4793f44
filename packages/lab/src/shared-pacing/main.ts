/**
 * Four processes call an API that serves 100 requests per second and answers the rest with 429 and `Retry-After: 1`.
 * Compares no gate, a gate per process, and a gate that the processes share over Redis. `--short` measures once, and
 * `--write` updates the table in docs/pacing.md.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openLimitedApi } from '../../../../examples/shared-pacing/limited-api.ts';
import { findRedis } from '../../../server/test/support/find-redis.ts';
import { median } from '../median.ts';
import { writeBetween } from '../write-between.ts';

const isShort = process.argv.includes('--short');
const FOR_MS = isShort ? 3_000 : 10_000;
const ROUNDS = isShort ? 1 : 5;
const PER_SECOND = 100;
const PROCESSES = 4;
const CLIENTS = ['bare', 'no gate', 'a gate per process', 'a shared gate'];
const NAMES: Readonly<Record<string, string>> = {
  bare: 'bare `fetch`',
  'no gate': "`wrapFetch`, `originGate: 'off'`",
  'a gate per process': "`originGate: 'all'`, a gate per process",
  'a shared gate': "`originGate: 'all'`, `gateChannel` over Redis",
};

type Round = Readonly<Record<'served' | 'refused' | 'failed', number>>;

await using redis = await findRedis();
if (!redis) throw new Error('the lab needs Redis');

async function play(client: string): Promise<Round> {
  await using api = await openLimitedApi(PER_SECOND);
  const children = Array.from({ length: PROCESSES }, () =>
    fork(join(import.meta.dirname, 'client-process.ts'), [api.url, client, String(FOR_MS), redis?.url ?? '']),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const ended = children.map((child) => once(child, 'message'));
  for (const child of children) child.send('go');
  const failures = (await Promise.all(ended)).map(([failed]) => Number(failed));
  return { served: api.served, refused: api.refused, failed: failures.reduce((sum, each) => sum + each, 0) };
}

const rounds = new Map<string, Round[]>(CLIENTS.map((client) => [client, []]));
for (let round = 0; round < ROUNDS; round += 1)
  for (const client of CLIENTS) {
    const played = await play(client);
    console.log(client, played);
    rounds.get(client)?.push(played);
  }
const lines = ['| client | served | answered 429 | failed at the callers |', '|---|---|---|---|'];
for (const client of CLIENTS) {
  const middle = (what: keyof Round): string =>
    median((rounds.get(client) ?? []).map((round) => round[what])).toLocaleString('en-US');
  lines.push(`| ${[NAMES[client], middle('served'), middle('refused'), middle('failed')].join(' | ')} |`);
}
console.log(lines.join('\n'));
if (process.argv.includes('--write')) writeBetween('pacing.md', 'shared-pacing', lines.join('\n'));
