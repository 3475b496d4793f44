import type { Budget, BudgetAccount } from '../model/budget.ts';
import { DEFAULTS } from '../model/defaults.ts';
import { checkKnown, checkNumber } from './check.ts';

/** What a budget over a window of time allows. */
export interface WindowBudgetOptions {
  /** Retries for each success in the window. @default 0.2 */
  readonly ratio?: number;
  /** Retries for each second of the window, whatever the traffic: a client with little of it may retry too. @default 10 */
  readonly minPerSecond?: number;
  /** How long a success counts, in milliseconds. @default 10_000 */
  readonly windowMs?: number;
}

const SLOTS = 10;

/**
 * A budget over the last seconds: retries are at most a share of the successes, and a floor beside it.
 *
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 */
export function windowBudget(options: WindowBudgetOptions = {}): Budget {
  checkKnown('window', options, Object.keys(DEFAULTS.windowBudget));
  const { ratio, minPerSecond, windowMs } = { ...DEFAULTS.windowBudget, ...options };
  checkNumber('ratio', ratio, { min: 0, max: 1000 });
  checkNumber('minPerSecond', minPerSecond, { min: 0, max: 1e6 });
  checkNumber('windowMs', windowMs, { min: 1, max: 3_600_000 });
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

  affords(_: unknown, nowMs: number): boolean {
    const slots = this.#recent(nowMs);
    const sum = (count: 'successes' | 'retries'): number => slots.reduce((total, slot) => total + slot[count], 0);
    return sum('retries') + 1 <= this.#reserve + this.#ratio * sum('successes');
  }

  withdraw(_: unknown, nowMs: number): void {
    this.#current(nowMs).retries++;
  }

  failed(): void {}

  succeeded(_: boolean, nowMs: number): void {
    this.#current(nowMs).successes++;
  }

  /** Asked only when something was noted just now. */
  get untouched(): boolean {
    return this.#slots.length === 0;
  }

  #current(nowMs: number): Slot {
    const index = Math.floor(nowMs / this.#slotMs);
    this.#slots = this.#recent(nowMs);
    const last = this.#slots.at(-1);
    if (last?.index === index) return last;
    const slot = { index, successes: 0, retries: 0 };
    this.#slots.push(slot);
    return slot;
  }

  /** The present slot and as many whole ones before it as the window has. */
  #recent(nowMs: number): Slot[] {
    const oldest = Math.floor(nowMs / this.#slotMs) - SLOTS;
    return this.#slots.filter(({ index }) => index >= oldest);
  }
}
