/** The cause of a retry, because some budgets charge more for some causes. */
export type RetryCause = 'timeout' | 'throttled' | 'failed';

/** The account of one origin. `nowMs` is a monotonic time in milliseconds. */
export interface BudgetAccount {
  /** Whether a retry may be paid for now. Changes nothing. */
  canWithdraw(cause: RetryCause, nowMs: number): boolean;
  /** Pays for a retry that is about to happen. */
  withdraw(cause: RetryCause, nowMs: number): void;
  /** An attempt failed in a way that is worth a retry, whether or not one follows. */
  failed(nowMs: number): void;
  /** An operation ended well. `retried` is true if it took more than one attempt. */
  succeeded(retried: boolean, nowMs: number): void;
  /** Whether the account is as good as a new one, so that it may be forgotten. */
  readonly isFull: boolean;
}

/** A bound on retries over time, kept for each origin. */
export interface Budget {
  /**
   * Whether accounts must receive every success, even of an origin that never failed. Budgets that start full don't
   * need it, so a healthy origin is then free.
   */
  readonly countsEverySuccess: boolean;
  /** Opens the account of an origin. */
  open(): BudgetAccount;
}
