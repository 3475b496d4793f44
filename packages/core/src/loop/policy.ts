import type { RetryOptions } from '../model/options.ts';
import type { Settings } from '../model/settings.ts';
import { BudgetBook } from '../policy/budget-book.ts';
import { OriginGate } from '../policy/origin-gate.ts';
import { resolveSettings } from '../policy/settings.ts';
import { type Clock, systemClock } from './clock.ts';

/** How operations are judged, and what they share: one policy for several clients shares its budgets among them. */
export class RetryPolicy {
  /** The options with their defaults filled in. */
  readonly settings: Settings;
  /** @internal */
  readonly clock: Clock;
  /** @internal */
  readonly budgets: BudgetBook;
  /** @internal */
  readonly gate: OriginGate = new OriginGate();

  /** @internal */
  constructor(options: RetryOptions | undefined, clock: Clock) {
    this.settings = resolveSettings(options);
    this.clock = clock;
    this.budgets = new BudgetBook(this.settings.budget);
  }
}

/**
 * Makes a policy. Give it to several clients, and they share its budgets.
 *
 * @param options - See {@link RetryOptions}. Without any, the defaults are safe for every API.
 * @param clock - For tests: time and chance.
 * @throws {TypeError | RangeError} For an unknown option or a value that is not allowed.
 */
export function createRetryPolicy(options?: RetryOptions, clock: Clock = systemClock): RetryPolicy {
  return new RetryPolicy(options, clock);
}
