import type { Outcome } from '../decision/outcome.ts';
import type { Settings } from '../options/settings.ts';
import type { Delivery } from './delivery.ts';

/**
 * What an outcome proves about its attempt. Only `refusedStatuses` prove that an answered request wasn't processed, and only
 * for the request that they answer. The target of a followed redirect proves nothing about the request before it.
 */
export function deliveryOfOutcome(outcome: Outcome, { refusedStatuses }: Pick<Settings, 'refusedStatuses'>): Delivery {
  if (outcome.type === 'failure') return outcome.delivery;
  return !outcome.hop && refusedStatuses.includes(outcome.status) ? 'refused' : 'answered';
}
