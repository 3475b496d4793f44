import { setTimeout } from 'node:timers/promises';
import type { Client, Told } from './client.ts';
import { type ChaosOperation, GRAPHQL, METHODS, operations } from './operations.ts';
import { startOrigin } from './origin-process.ts';
import { type Ending, type Tally, tallyOf } from './verdict.ts';
import { isRefused } from './weather.ts';

/** The setup of a run, which is the same for every client. */
export interface ChaosPlan {
  readonly seed: number;
  readonly count: number;
  /** The number of operations in progress at the same time. */
  readonly concurrency: number;
  /** Whether every POST and PATCH has an idempotency key that the origin honors. */
  readonly keys: boolean;
  /**
   * What is sent. A GraphQL query is written as GET and a mutation as POST, and clients send both by POST.
   *
   * @default 'rest'
   */
  readonly speech?: 'rest' | 'graphql';
}

/** Longer than three attempts and their waits take in any client. An operation that takes longer counts as hung. */
const LONGEST_MS = 15_000;

async function tooLong(): Promise<Told> {
  await setTimeout(LONGEST_MS, undefined, { ref: false });
  return { success: false, hung: true };
}

/** Sends all operations through one client, and compares its results with the ledger of a dedicated origin. */
export async function runClient(client: Client, plan: ChaosPlan): Promise<Tally> {
  return tallyOf(await endingsOf(client, plan));
}

/** Sends all operations through one client, and adds the origin's record to each result. */
export async function endingsOf(client: Client, plan: ChaosPlan): Promise<Ending[]> {
  await using origin = await startOrigin(plan.seed, plan.keys);
  const { speech = 'rest' } = plan;
  const left = operations(plan.count, speech === 'rest' ? METHODS : GRAPHQL);
  const path = speech === 'rest' ? 'orders' : 'graphql';
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
    const sent = client.send({ url: `${base}/${path}?operation=${number}`, method, headers, body });
    const told = await Promise.race([sent, tooLong()]).catch(() => ({ success: false }));
    endings.push({ operation, told, tookMs: performance.now() - startMs });
  };
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) await one(next);
  };
  await Promise.all(Array.from({ length: plan.concurrency }, worker));
  const ledger = await origin.ledger();
  return endings.map((ending) => ({ ...ending, entry: ledger.get(ending.operation.number) }));
}
