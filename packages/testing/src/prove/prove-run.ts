import type { Fault } from '../faults/fault.ts';
import { claimOf, type ReportOf } from './claim.ts';
import { startCount } from './effect-count.ts';
import { originStage } from './origin-stage.ts';
import type { ProofPlan } from './plan.ts';
import type { ProofRow } from './proof.ts';
import { proxyStage } from './proxy-stage.ts';
import type { RunTime } from './run-time.ts';
import { verdictOf } from './verdict.ts';

/**
 * The function under test: it gets the root URL of the server, with its final slash, and a client if `fresh` makes one.
 */
export type Run<Client = undefined> = (url: string, client: Client) => unknown;

/** Everything that the runs of one proof share. */
export interface ProofSetting<Client> {
  readonly run: Run<Client>;
  readonly plan: ProofPlan<Client>;
  readonly time: RunTime;
  readonly reportOf: ReportOf;
}

/** What was seen of one run: its row, and whether the function came at all. */
export interface ProvedRun {
  readonly row: ProofRow;
  readonly url: string;
  readonly came: boolean;
}

/** Runs the function once, with one fault on one attempt. */
export async function proveRun<Client>(
  { run, plan, time, reportOf }: ProofSetting<Client>,
  fault: Fault,
  attempt: number,
): Promise<ProvedRun> {
  await using stage = await (plan.to ? proxyStage(fault, attempt, plan, plan.to) : originStage(fault, attempt, plan));
  const countEffects = await startCount(plan);
  const client = plan.fresh?.() as Client;
  const settled = await time.settle(() => run(stage.url, client), plan.limitMs);
  await time.pause(plan.settleMs);
  const count = await countEffects(stage);
  const claim = settled === 'hung' ? 'none' : (plan.claim?.(settled) ?? claimOf(settled, reportOf));
  const { reached, early, arrivals } = stage;
  const verdict = verdictOf({ ...count, claim, reached, early, expected: plan.expected });
  const error = settled !== 'hung' && settled.status === 'rejected' ? settled.reason : undefined;
  const row = { fault: fault.name, attempt, arrivals, effects: count.effects, claim, verdict, error };
  return { row, url: stage.url, came: stage.contacts > 0 };
}
