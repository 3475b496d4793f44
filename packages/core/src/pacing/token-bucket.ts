import { numbersOf } from '../options/check.ts';
import { DEFAULTS } from '../options/defaults.ts';
import type { Budget, BudgetAccount, RetryCause } from './budget.ts';

/** The options of a token bucket, in tokens unless stated otherwise. A thousandth is the smallest part that counts. */
export interface TokenBucketOptions {
  /** A full bucket. @default 500 */
  readonly capacity?: number;
  /** Taken by a retry. @default 10 */
  readonly retryCost?: number;
  /** Taken by a retry after a timeout. @default 10 */
  readonly timeoutCost?: number;
  /** Taken by a retry after 429 or 503. @default 10 */
  readonly throttledCost?: number;
  /** Taken by every failed attempt, whether or not it is repeated, as gRPC has it. @default 0 */
  readonly failureCost?: number;
  /** Brought by a success at the first attempt. @default 1 */
  readonly successDeposit?: number;
  /** The share, from 0 to 1, of the last retry's cost that its success returns. It replaces the deposit. @default 1 */
  readonly refund?: number;
  /** A retry needs more than this share of the capacity, from 0 to 1. With gRPC, it is half. @default 0 */
  readonly floor?: number;
}

const TOKENS = { min: 0, max: 1e9 };
const SHARE = { min: 0, max: 1 };
const BOUNDS = {
  capacity: TOKENS,
  retryCost: TOKENS,
  timeoutCost: TOKENS,
  throttledCost: TOKENS,
  failureCost: TOKENS,
  successDeposit: TOKENS,
  refund: SHARE,
  floor: SHARE,
};

/**
 * A budget in tokens. Retries take tokens, and successes return them. Normally, every failure is retried. In an outage,
 * the bucket is soon empty, and retries are then at most a share of the successes.
 *
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 * @example
 * wrapFetch(fetch, { budget: budgets.tokenBucket({ capacity: 100 }) });
 */
export function tokenBucket(options: TokenBucketOptions = {}): Budget {
  const bucket = numbersOf('tokenBucket', options, DEFAULTS.tokenBucket, BOUNDS);
  return { countsEverySuccess: false, open: () => new Tokens(bucket) };
}

/** Counts thousandths, as gRPC does, so that ten deposits of 0.1 are exactly one token. */
class Tokens implements BudgetAccount {
  readonly #capacity: number;
  readonly #floor: number;
  readonly #costs: Readonly<Record<RetryCause, number>>;
  readonly #failureCost: number;
  readonly #deposit: number;
  readonly #refund: number;
  #left: number;
  #lastCost = 0;
  /**
   * Tokens spent on retries and not yet refunded, which is the upper bound for refunds. More cannot be brought back.
   */
  #claimable = 0;

  constructor(bucket: Required<TokenBucketOptions>) {
    const { retryCost, timeoutCost, throttledCost } = bucket;
    this.#left = this.#capacity = thousandths(bucket.capacity);
    this.#floor = thousandths(bucket.floor * bucket.capacity);
    this.#costs = {
      failed: thousandths(retryCost),
      timeout: thousandths(timeoutCost),
      throttled: thousandths(throttledCost),
    };
    this.#failureCost = thousandths(bucket.failureCost);
    this.#deposit = thousandths(bucket.successDeposit);
    this.#refund = bucket.refund;
  }

  canWithdraw(cause: RetryCause): boolean {
    return this.#left >= this.#costs[cause] && this.#left > this.#floor;
  }

  withdraw(cause: RetryCause): void {
    this.#lastCost = Math.min(this.#left, this.#costs[cause]);
    this.#left -= this.#lastCost;
    this.#claimable += this.#lastCost;
  }

  failed(): void {
    this.#left = Math.max(0, this.#left - this.#failureCost);
  }

  succeeded(retried: boolean): void {
    const claimed = retried ? Math.min(this.#lastCost, this.#claimable) : 0;
    this.#claimable -= claimed;
    const brought = retried ? Math.floor(this.#refund * claimed) : this.#deposit;
    this.#left = Math.min(this.#capacity, this.#left + brought);
  }

  get isFull(): boolean {
    return this.#left === this.#capacity;
  }
}

function thousandths(tokens: number): number {
  return Math.round(tokens * 1000);
}
