import { numbersOf } from '../options/check.ts';
import { DEFAULTS } from '../options/defaults.ts';
import type { Budget, BudgetAccount, RetryCause } from './budget.ts';

/** What a budget over a window of time allows. */
export interface WindowBudgetOptions {
  /** Retries for each success in the window. @default 0.2 */
  readonly ratio?: number;
  /**
   * Retries for each second of the window, independent of the traffic, so that a client with little traffic may retry
   * too. @default 10
   */
  readonly minPerSecond?: number;
  /** How long a success counts, and a retry, in milliseconds. @default 10_000 */
  readonly windowMs?: number;
}

const BOUNDS = {
  ratio: { min: 0, max: 1000 },
  minPerSecond: { min: 0, max: 1e6 },
  windowMs: { min: 1, max: 3_600_000 },
};

/** Time is counted in tenths of the window, so an account's memory is independent of the traffic. */
const SLOTS = 10;

/** Far less than one retry, and more than what floating point loses: 0.29 times 100 is 28.999999999999996. */
const ROUNDING = 1e-6;

/**
 * A budget over the last seconds. Retries are at most a share of the successes plus a minimum.
 *
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 * @example
 * wrapFetch(fetch, { budget: budgets.window({ ratio: 0.2, minPerSecond: 10, windowMs: 10_000 }) });
 */
export function windowBudget(options: WindowBudgetOptions = {}): Budget {
  const { ratio, minPerSecond, windowMs } = numbersOf('window', options, DEFAULTS.windowBudget, BOUNDS);
  const reserve = (minPerSecond * windowMs) / 1000;
  return { countsEverySuccess: true, open: () => new Window(ratio, reserve, windowMs / SLOTS) };
}

interface Slot {
  readonly index: number;
  successes: number;
  retries: number;
}

class Window implements BudgetAccount {
  readonly #ratio: number;
  readonly #reserve: number;
  readonly #slotMs: number;
  #slots: Slot[] = [];

  constructor(ratio: number, reserve: number, slotMs: number) {
    this.#ratio = ratio;
    this.#reserve = reserve;
    this.#slotMs = slotMs;
  }

  /** The exact ratio. A whole number of successes per retry would turn 0.75 into 1. */
  canWithdraw(_: RetryCause, nowMs: number): boolean {
    let allowed = this.#reserve + ROUNDING;
    for (const { successes, retries } of this.#recent(this.#indexAt(nowMs)))
      allowed += this.#ratio * successes - retries;
    return allowed >= 1;
  }

  withdraw(_: RetryCause, nowMs: number): void {
    this.#slotAt(nowMs).retries++;
  }

  failed(): void {}

  succeeded(_: boolean, nowMs: number): void {
    this.#slotAt(nowMs).successes++;
  }

  /** An account doesn't read the clock, so it can't know. Those that rest are forgotten for new ones. */
  get isFull(): boolean {
    return this.#slots.length === 0;
  }

  #slotAt(nowMs: number): Slot {
    const index = this.#indexAt(nowMs);
    const last = this.#slots.at(-1);
    if (last && last.index >= index) return last;
    const slot = { index, successes: 0, retries: 0 };
    this.#slots = [...this.#recent(index), slot];
    return slot;
  }

  /** The current slot plus all whole slots of the window before it, so that the count is never too low. */
  #recent(index: number): Slot[] {
    return this.#slots.filter((slot) => slot.index >= index - SLOTS);
  }

  #indexAt(nowMs: number): number {
    return Math.floor(nowMs / this.#slotMs);
  }
}
