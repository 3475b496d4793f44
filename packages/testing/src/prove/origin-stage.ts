import type { Fault } from '../faults/fault.ts';
import { actOf } from '../faults/fault-act.ts';
import { faults } from '../faults/faults.ts';
import { hasEffect } from '../ledger/ledger.ts';
import type { Act } from '../origin/act.ts';
import { Origin, type OriginOptions } from '../origin/origin.ts';
import { AskedPause } from './asked-pause.ts';
import type { ProofPlan } from './plan.ts';
import { onQuietPort } from './quiet-port.ts';
import type { Stage } from './stage.ts';

/** A scripted origin that plays `fault` on one attempt; refused connections make up the attempts before it. */
export async function originStage<Client>(fault: Fault, attempt: number, plan: ProofPlan<Client>): Promise<Stage> {
  const refusals = fault.answer === 'refused' ? attempt : attempt - 1;
  let played = false;
  const pause = new AskedPause(fault, plan.retryAfterSeconds);
  const ordinary = actOf(faults.none, plan);
  const options: OriginOptions = {
    ...('keyHeader' in plan && { keyHeader: plan.keyHeader }),
    respond: ({ method }): Act => {
      pause.arrive();
      // A function without effects is put to the proof by its safe requests.
      if (played || fault.answer === 'refused' || !(hasEffect(method) || plan.expected === 0)) return ordinary;
      played = true;
      return actOf(fault, { ...plan, onAnswer: () => pause.begin() });
    },
  };
  const origin = await onQuietPort((port) => Origin.listen({ ...options, port }));
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
      return pause.isBroken;
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
