import { DEFAULTS } from '../options/defaults.ts';
import type { Budget, BudgetAccount, RetryCause } from './budget.ts';

/**
 * The accounts of all origins that a policy talks to: one origin's outage is no other's. An account is kept only as long as
 * it differs from a new one, and the number of accounts is bounded.
 */
export class BudgetRegistry {
  readonly #budget: Budget | undefined;
  /** The one that was told something last comes last. */
  readonly #accounts = new Map<string, BudgetAccount>();

  constructor(budget: Budget | 'none') {
    this.#budget = budget === 'none' ? undefined : budget;
  }

  /** Whether a success changes nothing: no account is open, and none would be opened by it. */
  get isIdle(): boolean {
    return this.#accounts.size === 0 && !this.#budget?.countsEverySuccess;
  }

  /** Whether the origin's account may pay for a retry. Changes nothing. `nowMs` is a monotonic time, here and below. */
  canWithdraw(origin: string, cause: RetryCause, nowMs: number): boolean {
    if (!this.#budget) return true;
    const account = this.#accounts.get(origin) ?? this.#budget.open();
    // Only `true` is permission: a promise or another truthy value allows nothing.
    return account.canWithdraw(cause, nowMs) === true;
  }

  /** Pays for a retry that is about to happen. */
  withdraw(origin: string, cause: RetryCause, nowMs: number): void {
    this.#update(origin, (account) => account.withdraw(cause, nowMs));
  }

  /** An attempt failed in a way that is worth a retry, whether or not one follows. */
  failed(origin: string, nowMs: number): void {
    this.#update(origin, (account) => account.failed(nowMs));
  }

  /** An operation ended well. `retried` tells whether it took more than one attempt. */
  succeeded(origin: string, retried: boolean, nowMs: number): void {
    if (this.#accounts.has(origin) || this.#budget?.countsEverySuccess) {
      this.#update(origin, (account) => account.succeeded(retried, nowMs));
    }
  }

  #update(origin: string, what: (account: BudgetAccount) => void): void {
    if (!this.#budget) return;
    const account = this.#accounts.get(origin) ?? this.#budget.open();
    what(account);
    this.#accounts.delete(origin);
    if (account.isFull) return;
    if (this.#accounts.size >= DEFAULTS.maxOrigins) this.#forgetOne();
    this.#accounts.set(origin, account);
  }

  /** One that time has made as good as new, if there is any; else the one that was told nothing for the longest time. */
  #forgetOne(): void {
    let forgotten: string | undefined;
    for (const [origin, { isFull }] of this.#accounts) {
      if (forgotten === undefined || isFull) forgotten = origin;
      if (isFull) break;
    }
    this.#accounts.delete(forgotten as string);
  }
}
