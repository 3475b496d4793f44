import type { RequestRetryOptions } from '@twicesafe/core';
import { readRetry } from '@twicesafe/core/adapter';

/** The options of one request, in the `retry` member of got's `context`. It overrides the policy. */
export interface GotRetryOptions extends RequestRetryOptions {
  /**
   * Creates the body of every attempt, including the first. Use it to retry a stream. Instead of got's `body`.
   *
   * @example { body: () => createReadStream('orders.csv') }
   */
  readonly body?: () => AsyncIterable<Uint8Array>;
}

/** A `context` for got with options for retries. `false` turns retries off for this request. */
export interface RetryContext {
  readonly [name: string]: unknown;
  readonly retry: GotRetryOptions | false;
}

/**
 * Types the options that `wrapGot` reads from got's `context`. got rejects unknown members of its own `retry` option,
 * so `context` carries twicesafe's.
 *
 * @example
 * await got.post(url, { json: order, context: retryContext({ idempotencyKey: order.number }) });
 */
export function retryContext(retry: GotRetryOptions | false): RetryContext {
  return { retry };
}

/**
 * Reads `context.retry`, if it contains twicesafe's options.
 *
 * @throws {TypeError} If the member has an unknown option, or its `body` is not a function.
 */
export function retryOf(context: Readonly<Record<string, unknown>>): GotRetryOptions {
  const retry = readRetry<GotRetryOptions>(context.retry, ['body']) ?? {};
  if (retry.body !== undefined && typeof retry.body !== 'function')
    throw new TypeError(`context.retry.body must be a function that makes a body, not ${typeof retry.body}`);
  return retry;
}
