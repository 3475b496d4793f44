import type { Fault } from '../faults/fault.ts';
import { hasEffect } from '../ledger/ledger.ts';
import { faultProxy } from '../proxy/fault-proxy.ts';
import { AskedPause } from './asked-pause.ts';
import type { ProofPlan } from './plan.ts';
import { onQuietPort } from './quiet-port.ts';
import type { Stage } from './stage.ts';

/** The user's own server behind a proxy that plays `fault` on one attempt. */
export async function proxyStage<Client>(
  fault: Fault,
  attempt: number,
  { retryAfterSeconds, slowMs, expected }: ProofPlan<Client>,
  to: URL,
): Promise<Stage> {
  const refusals = fault.answer === 'refused' ? attempt : attempt - 1;
  const pause = new AskedPause(fault, retryAfterSeconds);
  let played = false;
  const options = {
    retryAfterSeconds,
    slowMs,
    onAnswer: () => pause.begin(),
    onRequest: () => pause.arrive(),
    faultFor: ({ method }: { readonly method: string }) => {
      if (played || fault.answer === 'refused' || !(hasEffect(method) || expected === 0)) return 'none';
      played = true;
      return fault.name;
    },
  };
  const proxy = await onQuietPort((port) => faultProxy(to, { ...options, port }));
  if (refusals > 0) await proxy.refuses(refusals);
  const twins = (): number => (played && fault.effects === 2 ? 1 : 0);
  return {
    url: proxy.url,
    effects: [],
    get contacts() {
      return proxy.arrivals + proxy.refused;
    },
    get arrivals() {
      return proxy.arrivals + twins();
    },
    get reached() {
      return fault.answer === 'refused' ? proxy.refused >= refusals : played;
    },
    get early() {
      return pause.isBroken;
    },
    get twins() {
      return twins();
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}
