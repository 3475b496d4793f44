import type { Options, RetryObject, RetryOptions } from 'got';

/** The longest delay of got that counts as permission, because Node's timers end there. */
const MAX_TIMER_MS = 2_147_483_647;

/** got's own `retry` options. Where the caller changed them, they forbid retries, and never allow one. */
export class CallersRetry {
  readonly #defaults: Required<RetryOptions>;
  readonly #calculateDelay: NonNullable<RetryOptions['calculateDelay']>;

  constructor(calculateDelay: NonNullable<RetryOptions['calculateDelay']>, defaults: Options['retry']) {
    this.#calculateDelay = calculateDelay;
    this.#defaults = defaults as Required<RetryOptions>;
  }

  /** The most attempts, if the caller set `retry.limit`. */
  maxAttempts({ limit }: { readonly limit?: number | undefined }): number | undefined {
    return limit === undefined || limit === this.#defaults.limit ? undefined : Math.min(limit + 1, 1000);
  }

  /**
   * Whether the caller's options forbid another attempt.
   *
   * @throws The error of the caller's `calculateDelay`.
   */
  async forbid(state: RetryObject): Promise<boolean> {
    const { error, retryAfter = 0, retryOptions, attemptCount } = state;
    const { maxRetryAfter } = retryOptions;
    const { methods, statusCodes, errorCodes, calculateDelay } = this.#defaults;
    if (attemptCount >= (this.maxAttempts(retryOptions) ?? Number.POSITIVE_INFINITY)) return true;
    if (retryAfter > (maxRetryAfter ?? Number.POSITIVE_INFINITY)) return true;
    if (excludes(retryOptions.methods, methods, error.options.method)) return true;
    const excluded =
      error.name === 'HTTPError'
        ? excludes(retryOptions.statusCodes, statusCodes, error.response?.statusCode)
        : excludes(retryOptions.errorCodes, errorCodes, error.code);
    if (excluded || this.#calculateDelay === calculateDelay) return excluded;
    // got computes 0 for what its own rules forbid, but twicesafe's rules allow it here.
    const delayMs = await this.#calculateDelay({ ...state, computedValue: state.computedValue || 1 });
    return !delayMs || delayMs > MAX_TIMER_MS;
  }
}

/** Whether a list of the caller's own, and not got's default, lacks a value. */
function excludes<Value>(list: readonly Value[] | undefined, standard: readonly Value[], value: unknown): boolean {
  if (!list || (list.length === standard.length && standard.every((each) => list.includes(each)))) return false;
  return !list.includes(value as Value);
}
