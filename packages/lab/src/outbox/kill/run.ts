import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Bank, openBank } from './bank.ts';
import type { Orders } from './orders.ts';
import type { Plan } from './plan.ts';
import type { Variant } from './variants.ts';

const SHORTEST_LIFE_MS = 250;
const LONGEST_LIFE_MS = 2_000;
const FINISH_MS = 300_000;

/** The outcomes of all orders. */
export interface Tally {
  readonly kills: number;
  readonly committed: number;
  /** Paid exactly once. */
  readonly once: number;
  /** Never paid, and not listed as unknown. */
  readonly lost: number;
  /** Paid more than once. */
  readonly doubled: number;
  /** Left to a person, because the outbox doesn't know whether they were paid. */
  readonly unknown: number;
  /** Unknown orders that were paid. */
  readonly unknownPaid: number;
  /** Paid without a committed order. */
  readonly phantom: number;
  /** Duplicates that the server answered with the stored response. */
  readonly replays: number;
}

/** Kills a program again and again, lets it finish, and compares its orders with the bank's ledger. */
export async function runVariant(variant: Variant, orders: Orders, redis: string): Promise<Tally> {
  await using bank = await openBank(variant.keepMs);
  const plan: Plan = {
    program: variant.program,
    key: variant.key,
    windowMs: variant.windowMs,
    bank: bank.url,
    database: orders.database,
    schema: orders.schema,
    redis,
    prefix: `kill-${crypto.randomUUID()}`,
  };
  let kills = 0;
  while (kills < variant.kills || (await orders.count()) < variant.orders) {
    const child = await start(plan, 'order');
    await setTimeout(SHORTEST_LIFE_MS + Math.random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
    if (child.exitCode !== null) throw new Error(`${variant.name}: the program ended by itself`);
    await kill(child);
    kills += 1;
    await setTimeout(variant.awayMs);
  }
  const last = await start(plan, 'finish');
  const [end] = await Promise.race([once(last, 'message'), setTimeout(FINISH_MS, ['late'], { ref: false })]);
  await kill(last);
  await forget(plan);
  if (end !== 'finished') throw new Error(`${variant.name}: orders still wait after ${FINISH_MS} ms`);
  return tallyOf(kills, bank, await orders.committed(), await orders.unknown());
}

/** Deletes the program's data in Redis. */
async function forget({ redis, prefix }: Plan): Promise<void> {
  if (redis === '') return;
  const client = new Redis(redis);
  for await (const keys of client.scanStream({ match: `${prefix}:*` })) if (keys.length > 0) await client.del(keys);
  client.disconnect();
}

async function start(plan: Plan, task: 'order' | 'finish'): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'program-process.ts'), [JSON.stringify(plan), task], {
    execArgv: [...process.execArgv, '--no-deprecation'], // an engine's driver warns at each start
    // The same modules are loaded a hundred times.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'twicesafe-compile-cache') },
  });
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (message !== 'started') throw new Error(`${plan.program} does not start`);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function tallyOf(
  kills: number,
  { paid, replays }: Bank,
  committed: readonly string[],
  unknown: ReadonlySet<string>,
): Tally {
  const known = new Set(committed);
  const count = (is: (times: number, order: string) => boolean): number =>
    committed.filter((order) => is(paid.get(order) ?? 0, order)).length;
  return {
    kills,
    committed: committed.length,
    once: count((times) => times === 1),
    lost: count((times, order) => times === 0 && !unknown.has(order)),
    doubled: count((times) => times > 1),
    unknown: unknown.size,
    unknownPaid: count((times, order) => times > 0 && unknown.has(order)),
    phantom: [...paid.keys()].filter((order) => !known.has(order)).length,
    replays,
  };
}
