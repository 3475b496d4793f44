import type { Fault } from '../faults/fault.ts';
import { actOf } from '../faults/fault-act.ts';
import { faults } from '../faults/faults.ts';
import { hasEffect } from '../ledger/ledger.ts';
import type { Act } from '../origin/act.ts';
import { Origin, type OriginOptions } from '../origin/origin.ts';
import type { ProofPlan } from './plan.ts';
import { listenOnQuietPort } from './quiet-port.ts';
import type { Stage } from './stage.ts';

/** Timers may fire this much early beside the clock. */
const TOLERANCE_MS = 5;

/** A scripted origin that plays `fault` on one attempt; refused connections make up the attempts before it. */
export async function originStage<Client>(fault: Fault, attempt: number, plan: ProofPlan<Client>): Promise<Stage> {
  const refusals = fault.answer === 'refused' ? attempt : attempt - 1;
  let played = false;
  let resumeAtMs = 0;
  let arrivedBefore = 0;
  const ordinary = actOf(faults.none, plan);
  const onAnswer = (): void => {
    if (fault.answer !== 429 && fault.answer !== 503) return;
    resumeAtMs = performance.now() + plan.retryAfterSeconds * 1000;
    arrivedBefore = origin.requests.length;
  };
  const options: OriginOptions = {
    ...('keyHeader' in plan && { keyHeader: plan.keyHeader }),
    respond: ({ method }): Act => {
      // A function without effects is put to the proof by its safe requests.
      if (played || fault.answer === 'refused' || !(hasEffect(method) || plan.expected === 0)) return ordinary;
      played = true;
      return actOf(fault, { ...plan, onAnswer });
    },
  };
  const origin = refusals > 0 ? await listenOnQuietPort(options) : await Origin.listen(options);
  if (refusals > 0) await origin.refuses(refusals);
  const twins = (): number => (played && fault.effects === 2 ? 1 : 0);
  return {
    url: origin.url,
    get contacts() {
      return origin.requests.length + origin.refused;
    },
    get arrivals() {
      return origin.requests.length + twins();
    },
    get reached() {
      return fault.answer === 'refused' ? origin.refused >= refusals : played;
    },
    get early() {
      return origin.requests.slice(arrivedBefore).some(({ atMs }) => atMs < resumeAtMs - TOLERANCE_MS);
    },
    get twins() {
      return twins();
    },
    get effects() {
      return origin.effects;
    },
    [Symbol.asyncDispose]: () => origin.close(),
  };
}
