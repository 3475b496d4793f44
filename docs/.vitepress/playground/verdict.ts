import type { Arrival } from './origin.ts';
import type { Timeline } from './play.ts';
import { FAULTS } from './scenario.ts';

/** What became of the state of the origin, and whether that is bad. */
export function verdictOf(method: string, { arrivals, result }: Timeline): { text: string; bad: boolean } {
  const effects = arrivals.filter(({ took }) => took).length;
  if (method === 'GET') return { text: 'A GET changes nothing.', bad: false };
  const repeats = method === 'POST' || method === 'PATCH';
  if (repeats && effects > 1) return { text: `The order was placed ${effects} times.`, bad: true };
  if (effects === 0) return { text: 'The order was not placed.', bad: false };
  const doubt = result.includes('maybe-applied') ? ' The report says that it may have been: look it up.' : '';
  return { text: `The order was placed once.${doubt}`, bad: false };
}

/** What the ledger of the origin says about a request, in words. */
export function inLedger({ fault, took, recognized }: Arrival): string {
  if (recognized) return 'knew the key: no second effect';
  return took ? `took effect (${FAULTS[fault].label})` : `no effect (${FAULTS[fault].label})`;
}
