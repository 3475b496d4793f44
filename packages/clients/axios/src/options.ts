import type { RequestRetryOptions } from '@twicesafe/core';
import { readRetry } from '@twicesafe/core/adapter';
import type { InternalAxiosRequestConfig } from 'axios';

/** The options of one request, in the `retry` member of axios' config. It overrides the policy. */
export interface AxiosRetryOptions extends RequestRetryOptions {
  /**
   * Creates the body of every attempt, including the first, instead of `config.data`. Use it to send a stream again.
   * axios' `transformRequest` runs once per call, so it does not see these bodies.
   *
   * @example { body: () => createReadStream('orders.csv') }
   */
  readonly body?: () => unknown;
}

declare module 'axios' {
  // biome-ignore lint/suspicious/noExplicitAny: it merges only with the type parameters of axios' own declaration
  interface AxiosRequestConfig<D = any, P = any> {
    /** What twicesafe may do with this request. `false` turns retries off. */
    readonly retry?: AxiosRetryOptions | false | undefined;
  }
}

// Our own options, where axios would ignore them: a key that is not sent must not go unnoticed.
const MISPLACED = ['idempotencyKey', 'idempotent', 'maxAttempts', 'deadlineMs', 'attemptTimeoutMs'];

/**
 * Reads `config.retry`, if it contains twicesafe's options.
 *
 * @throws {TypeError} If a retry option is outside `retry`, if `retry` contains an unknown option, or if axios-retry
 *   uses the same instance.
 */
export function retryOf(config: InternalAxiosRequestConfig): AxiosRetryOptions | undefined {
  const given = config as unknown as Readonly<Record<string, unknown>>;
  if (given['axios-retry'] !== undefined)
    throw new TypeError(
      "axios-retry must not be used on the same instance: it would retry unsafe requests. Remove it, and the 'axios-retry' member of the call",
    );
  for (const name of MISPLACED) {
    if (given[name] !== undefined)
      throw new TypeError(`${name} belongs in config.retry: axios(url, { retry: { ${name} } })`);
  }
  const retry = readRetry<AxiosRetryOptions>(config.retry, ['body']);
  if (retry?.body === undefined) return retry;
  if (typeof retry.body !== 'function')
    throw new TypeError(`config.retry.body must be a function that makes a body, not ${typeof retry.body}`);
  if (config.data !== undefined && config.data !== null)
    throw new TypeError('The body must be config.data or config.retry.body, not both');
  return retry;
}
