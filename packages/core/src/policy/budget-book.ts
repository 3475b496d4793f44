import type { Budget, BudgetAccount, RetryCause } from '../model/budget.ts';
import { DEFAULTS } from '../model/defaults.ts';

/** The accounts of all origins that a policy talks to: one origin's outage is no other's. */
export class BudgetBook {
  readonly #budget: Budget | undefined;
  readonly #accounts = new Map<string, BudgetAccount>();

  constructor(budget: Budget | 'none') {
    this.#budget = budget === 'none' ? undefined : budget;
  }

  /** Whether nobody needs to hear of a success: no account is open, and none would be opened by it. */
  get quiet(): boolean {
    return this.#accounts.size === 0 && !this.#budget?.countsEverySuccess;
  }

  affords(origin: string, cause: RetryCause, nowMs: number): boolean {
    return this.#account(origin)?.affords(cause, nowMs) ?? true;
  }

  withdraw(origin: string, cause: RetryCause, nowMs: number): void {
    this.#account(origin)?.withdraw(cause, nowMs);
  }

  failed(origin: string, nowMs: number): void {
    this.#account(origin)?.failed(nowMs);
  }

  succeeded(origin: string, retried: boolean, nowMs: number): void {
    const account = this.#budget?.countsEverySuccess ? this.#account(origin) : this.#accounts.get(origin);
    account?.succeeded(retried, nowMs);
    if (account?.untouched) this.#accounts.delete(origin);
  }

  #account(origin: string): BudgetAccount | undefined {
    if (!this.#budget) return undefined;
    const account = this.#accounts.get(origin) ?? this.#budget.open();
    // The one that was used last comes last.
    this.#accounts.delete(origin);
    this.#accounts.set(origin, account);
    const [oldest] = this.#accounts.keys();
    if (this.#accounts.size > DEFAULTS.maxOrigins && oldest !== undefined) this.#accounts.delete(oldest);
    return account;
  }
}
