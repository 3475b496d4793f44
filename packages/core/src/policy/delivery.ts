import type { Delivery } from '../model/delivery.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Settings } from '../model/settings.ts';

/** What an outcome proves about its attempt. Only `refusedStatuses` say that an answered request was not processed. */
export function deliveryOfOutcome(outcome: Outcome, { refusedStatuses }: Pick<Settings, 'refusedStatuses'>): Delivery {
  if (outcome.type === 'failure') return outcome.delivery;
  return refusedStatuses.includes(outcome.status) ? 'refused' : 'answered';
}
