import type { Budget, BudgetAccount, RetryCause } from '../model/budget.ts';
import { DEFAULTS } from '../model/defaults.ts';
import { checkKnown, checkNumber } from './check.ts';

/** What a token bucket is made of, all in tokens. */
export interface TokenBucketOptions {
  /** A full bucket. @default 500 */
  readonly capacity?: number;
  /** Taken by a retry. @default 5 */
  readonly retryCost?: number;
  /** Taken by a retry after a timeout. @default 10 */
  readonly timeoutCost?: number;
  /** Taken by a retry after 429 or 503. @default 5 */
  readonly throttledCost?: number;
  /** Taken by every failed attempt, whether or not it is repeated, as gRPC has it. @default 0 */
  readonly failureCost?: number;
  /** Brought by a success at the first attempt. @default 1 */
  readonly successDeposit?: number;
  /** The share of the last retry's cost that its success brings back. @default 1 */
  readonly refund?: number;
  /** No retry takes place unless more tokens than this are left, as gRPC has it. @default 0 */
  readonly floor?: number;
}

const COUNT = { min: 0, max: Number.MAX_SAFE_INTEGER };

/**
 * A budget in tokens: retries take them, successes bring them back. In fair weather every failure is repeated; in an outage the
 * bucket is soon empty, and then retries are at most a share of the successes.
 *
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 */
export function tokenBucket(options: TokenBucketOptions = {}): Budget {
  checkKnown('tokenBucket', options, Object.keys(DEFAULTS.tokenBucket));
  for (const [name, value] of Object.entries(options)) checkNumber(name, value, COUNT);
  const bucket = { ...DEFAULTS.tokenBucket, ...options };
  return { countsEverySuccess: false, open: () => new Tokens(bucket) };
}

class Tokens implements BudgetAccount {
  readonly #bucket: Required<TokenBucketOptions>;
  #left: number;
  #lastCost = 0;

  constructor(bucket: Required<TokenBucketOptions>) {
    this.#bucket = bucket;
    this.#left = bucket.capacity;
  }

  affords(cause: RetryCause): boolean {
    return this.#left >= this.#cost(cause) && (this.#bucket.floor === 0 || this.#left > this.#bucket.floor);
  }

  withdraw(cause: RetryCause): void {
    this.#lastCost = this.#cost(cause);
    this.#left = Math.max(0, this.#left - this.#lastCost);
  }

  failed(): void {
    this.#left = Math.max(0, this.#left - this.#bucket.failureCost);
  }

  succeeded(retried: boolean): void {
    const { successDeposit, refund, capacity } = this.#bucket;
    this.#left = Math.min(capacity, this.#left + (retried ? refund * this.#lastCost : successDeposit));
  }

  get untouched(): boolean {
    return this.#left >= this.#bucket.capacity;
  }

  #cost(cause: RetryCause): number {
    const { retryCost, timeoutCost, throttledCost } = this.#bucket;
    return { failed: retryCost, timeout: timeoutCost, throttled: throttledCost }[cause];
  }
}
