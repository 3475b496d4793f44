import { DEFAULTS } from '../options/defaults.ts';
import { quiet } from '../options/quiet.ts';
import type { Budget, BudgetAccount, RetryCause } from './budget.ts';

/**
 * The accounts of all origins of a policy, so that an outage of one origin doesn't affect others. An account is kept
 * only as long as it differs from a new one, and the number of accounts is bounded.
 */
export class BudgetRegistry {
  readonly #budget: Budget | undefined;
  /** Ordered by last use, most recent last. */
  readonly #accounts = new Map<string, BudgetAccount>();

  constructor(budget: Budget | 'none') {
    this.#budget = budget === 'none' ? undefined : budget;
  }

  /** Whether a success would leave the accounts unchanged. */
  get isIdle(): boolean {
    return this.#accounts.size === 0 && !this.#budget?.countsEverySuccess;
  }

  /** Whether the origin's account may pay for a retry. Changes nothing. `nowMs` is a monotonic time, here and below. */
  canWithdraw(origin: string, cause: RetryCause, nowMs: number): boolean {
    if (!this.#budget) return true;
    const account = this.#accounts.get(origin) ?? this.#budget.open();
    // Only `true` is permission: a promise or another truthy value allows nothing.
    return quiet(account.canWithdraw(cause, nowMs)) === true;
  }

  /** Pays for a retry that is about to happen. */
  withdraw(origin: string, cause: RetryCause, nowMs: number): void {
    this.#update(origin, (account) => account.withdraw(cause, nowMs));
  }

  /** An attempt failed in a way that is worth a retry, whether or not one follows. */
  failed(origin: string, nowMs: number): void {
    this.#update(origin, (account) => account.failed(nowMs));
  }

  /** An operation ended well. `retried` is true if it took more than one attempt. */
  succeeded(origin: string, retried: boolean, nowMs: number): void {
    if (this.#accounts.has(origin) || this.#budget?.countsEverySuccess) {
      this.#update(origin, (account) => account.succeeded(retried, nowMs));
    }
  }

  #update(origin: string, what: (account: BudgetAccount) => unknown): void {
    if (!this.#budget) return;
    const account = this.#accounts.get(origin) ?? this.#budget.open();
    quiet(what(account));
    this.#accounts.delete(origin);
    if (account.isFull) return;
    if (this.#accounts.size >= DEFAULTS.maxOrigins) this.#forgetOne();
    this.#accounts.set(origin, account);
  }

  /** Evicts an idle account if there is one, or else the least recently used. */
  #forgetOne(): void {
    let forgotten: string | undefined;
    for (const [origin, { isFull }] of this.#accounts) {
      if (forgotten === undefined || isFull) forgotten = origin;
      if (isFull) break;
    }
    this.#accounts.delete(forgotten as string);
  }
}
