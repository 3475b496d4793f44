import type { Result } from './control.ts';

/** Returns what is wrong with a result: a false proof, a forbidden duplicate by twicesafe, or a wrong effect. */
export function faultOf({ scenario, told, wrong, received, applied }: Result): string | undefined {
  if (scenario.check) return wrong;
  if (!told) return 'no report';
  const { effect, deliveries } = told;
  if (deliveries.every((delivery) => delivery === 'never-sent') && received > 0) return 'sent, and called never-sent';
  if (scenario.method === 'GET') return undefined;
  if (effect === 'applied' && applied === 0) return 'not applied, and called applied';
  if (effect === 'not-applied' && applied > 0) return 'applied, and called not-applied';
  const doubts = deliveries.slice(0, -1).filter((delivery) => delivery === 'unknown' || delivery === 'answered');
  return scenario.method === 'POST' && doubts.length > 0 ? 'a POST sent again by us after a doubt' : undefined;
}

/** Copies that the runtime sent by itself, beside the attempts that we made. */
export function silentCopies({ scenario, told, received }: Result): number {
  if (scenario.check) return 0;
  const sent = told?.deliveries.filter((delivery) => delivery !== 'never-sent').length ?? 0;
  return Math.max(0, received - sent);
}
