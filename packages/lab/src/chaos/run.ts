import { setTimeout } from 'node:timers/promises';
import type { Client, Told } from './client.ts';
import { type ChaosOperation, operations } from './operations.ts';
import { startOrigin } from './origin-process.ts';
import { type Ending, type Tally, tallyOf } from './verdict.ts';
import { isRefused } from './weather.ts';

/** How a run is set up: the same for every client. */
export interface ChaosPlan {
  readonly seed: number;
  readonly count: number;
  /** Operations under way at the same time. */
  readonly concurrency: number;
  /** Whether every POST and PATCH carries an idempotency key, and the origin honours it. */
  readonly keys: boolean;
}

/** Longer than any client may take with three attempts and their waits. Whoever is not done then is taken to hang. */
const LONGEST_MS = 15_000;

async function tooLong(): Promise<Told> {
  await setTimeout(LONGEST_MS, undefined, { ref: false });
  return { success: false, hung: true };
}

/** Sends all operations through one client, and holds what it told against an origin of its own. */
export async function runClient(client: Client, plan: ChaosPlan): Promise<Tally> {
  await using origin = await startOrigin(plan.seed, plan.keys);
  const left = operations(plan.count);
  const endings: Omit<Ending, 'entry'>[] = [];
  const one = async (operation: ChaosOperation): Promise<void> => {
    const { number, method, body } = operation;
    const keyed = plan.keys && (method === 'POST' || method === 'PATCH');
    const base = isRefused(plan.seed, number) ? await origin.closedForNow() : origin.url;
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(keyed && { 'idempotency-key': `operation-${number}` }),
    };
    const startMs = performance.now();
    const sent = client.send({ url: `${base}/orders?operation=${number}`, method, headers, body });
    const told = await Promise.race([sent, tooLong()]).catch(() => ({ success: false }));
    endings.push({ operation, told, tookMs: performance.now() - startMs });
  };
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) await one(next);
  };
  await Promise.all(Array.from({ length: plan.concurrency }, worker));
  const ledger = await origin.ledger();
  return tallyOf(endings.map((ending) => ({ ...ending, entry: ledger.get(ending.operation.number) })));
}
