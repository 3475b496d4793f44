import type { Clock } from './clock.ts';
import { shared } from './shared.ts';

/** Operations that were given an id, and what makes the ids of this process differ from those of others. */
const ids = /* @__PURE__ */ shared('ids.1', () => ({ prefix: '', count: 0 }));

/**
 * The id of an operation: a random prefix, the same for the whole process, and a number. A UUID for each would cost
 * more.
 */
export function nextId(clock: Clock): string {
  ids.prefix ||= clock.uuid().slice(0, 8);
  ids.count++;
  return `${ids.prefix}-${ids.count.toString(36)}`;
}
