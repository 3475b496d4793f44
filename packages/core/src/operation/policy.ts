import type { RetryOptions } from '../options/options.ts';
import type { Settings } from '../options/settings.ts';
import { resolveSettings } from '../options/settings.ts';
import { BudgetRegistry } from '../pacing/budget-registry.ts';
import { OriginGate } from '../pacing/origin-gate.ts';
import { type Clock, systemClock } from './clock.ts';

/** How operations are judged, and what they share: one policy for several clients shares its budgets among them. */
export class RetryPolicy {
  /** The options with their defaults filled in. */
  readonly settings: Settings;
  /** @internal */
  readonly clock: Clock;
  /** @internal */
  readonly budgets: BudgetRegistry;
  /** @internal */
  readonly gate: OriginGate = new OriginGate();

  /** @internal */
  constructor(options: RetryOptions | undefined, clock: Clock) {
    this.settings = resolveSettings(options);
    this.clock = clock;
    this.budgets = new BudgetRegistry(this.settings.budget);
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
