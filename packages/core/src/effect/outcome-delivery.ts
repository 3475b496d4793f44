import type { Outcome } from '../decision/outcome.ts';
import type { Settings } from '../options/settings.ts';
import type { Delivery } from './delivery.ts';

/**
 * What an outcome proves about its attempt. Only `refusedStatuses` prove that an answered request wasn't processed, and
 * only for the request that they answer. The target of a followed redirect isn't proof for the request before it. One
 * of several copies isn't proof for the others.
 */
export function deliveryOfOutcome(outcome: Outcome, { refusedStatuses }: Pick<Settings, 'refusedStatuses'>): Delivery {
  if (outcome.type === 'failure') return outcome.delivery;
  const { hop, unseenCopies, status, refused = refusedStatuses.includes(status) } = outcome;
  return !hop && !unseenCopies && refused ? 'refused' : 'answered';
}
