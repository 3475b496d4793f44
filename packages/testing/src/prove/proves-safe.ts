import type { Fault } from '../faults/fault.ts';
import { faults } from '../faults/faults.ts';
import { findReportOf } from './claim.ts';
import { checkControl, checkMachine } from './control.ts';
import type { ProofOptions } from './options.ts';
import { type ProofPlan, planOf } from './plan.ts';
import { type Proof, proofOf } from './proof.ts';
import { type ProofSetting, type ProvedRun, proveRun, type Run } from './prove-run.ts';
import { realTime } from './real-time.ts';
import { inTurn } from './time-lock.ts';
import { virtualTime } from './virtual-time.ts';

/**
 * Runs your function under each fault at each attempt, on a real socket, and holds what it claims against a ledger of
 * what took effect.
 *
 * The function gets the URL of a scripted origin. If it resolves, it claims that the operation is done. If it rejects
 * or resolves with a response that is not ok, it claims that the operation failed. An error or value with
 * `claim: 'unknown'`, or one that twicesafe reports as `maybe-applied`, leaves the claim open.
 *
 * @throws TestingError without a verdict, because the function never sent a request, fails without a fault, or the
 *   machine is too slow.
 * @throws TypeError or RangeError for options that are not allowed.
 * @example
 * const proof = await provesSafe((url) => pRetry(() => fetch(url, { method: 'POST' })));
 * console.log(String(proof)); // resetAfter, attempt 1: DOUBLED (arrivals 2, effects 2, said done)
 */
export async function provesSafe<Client = undefined>(
  run: Run<Client>,
  options: ProofOptions<Client> = {},
): Promise<Proof> {
  if (typeof run !== 'function') throw new TypeError(`run must be a function of a URL, not ${typeof run}`);
  const plan = planOf(options);
  const reportOf = await findReportOf();
  return await inTurn(plan.time, async () => {
    using time = plan.time === 'virtual' ? virtualTime() : realTime();
    return await prove({ run, plan, time, reportOf });
  });
}

async function prove<Client>(setting: ProofSetting<Client>): Promise<Proof> {
  const control = await proveRun(setting, faults.none, 1);
  checkControl(control);
  const runs = await proveAll(setting);
  for (const run of runs) if (run.row.fault === 'none') checkMachine(control, run);
  return proofOf([control.row, ...runs.map(({ row }) => row).filter(({ fault }) => fault !== 'none')], setting.plan);
}

/** Runs every case, so many at once, and gives the results in the order of the cases. */
async function proveAll<Client>(setting: ProofSetting<Client>): Promise<readonly ProvedRun[]> {
  const left = [...casesOf(setting.plan).entries()];
  const runs: ProvedRun[] = [];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, { fault, attempt }] = next;
      runs[index] = await proveRun(setting, fault, attempt);
    }
  };
  const stopping = (error: unknown): never => {
    left.length = 0;
    throw error;
  };
  const ends = await Promise.allSettled(
    Array.from({ length: setting.plan.concurrency }, () => worker().catch(stopping)),
  );
  // Only now, when no run is left.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return runs;
}

interface Case {
  readonly fault: Fault;
  readonly attempt: number;
}

/** Every fault on every attempt, and among them the control, which meets the same load as the others. */
function casesOf<Client>({ faults: chosen, on }: ProofPlan<Client>): readonly Case[] {
  const cases = chosen
    .filter(({ name }) => name !== 'none')
    .flatMap((fault) => on.map((attempt) => ({ fault, attempt })));
  if (cases.length === 0) return [];
  const control = { fault: faults.none, attempt: 1 };
  const middle = Math.floor(cases.length / 2);
  return [...cases.slice(0, middle), control, ...cases.slice(middle), control];
}
