import type { Outcome } from '../decision/outcome.ts';
import type { Settings } from '../options/settings.ts';
import type { Delivery } from './delivery.ts';

/**
 * What an outcome proves about its attempt. Only `refusedStatuses` say that an answered request was not processed, and only
 * about the request that they answer: the target of a followed redirect refuses itself, not the request before it.
 */
export function deliveryOfOutcome(outcome: Outcome, { refusedStatuses }: Pick<Settings, 'refusedStatuses'>): Delivery {
  if (outcome.type === 'failure') return outcome.delivery;
  return !outcome.hop && refusedStatuses.includes(outcome.status) ? 'refused' : 'answered';
}
