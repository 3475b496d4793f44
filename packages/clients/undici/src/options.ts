import type { RequestRetryOptions } from '@twicesafe/core';
import { readRetry } from '@twicesafe/core/adapter';
import type { Dispatcher } from 'undici';

/** Retry options for one request. They override the policy. */
export interface UndiciRetryOptions extends RequestRetryOptions {
  /**
   * Makes the body for every attempt, the first included, instead of `body`. Use it to send a stream more than once.
   *
   * @example
   * withRetry({ path: '/orders', method: 'PUT' }, { body: () => createReadStream('orders.csv') });
   */
  readonly body?: () => NonNullable<Dispatcher.DispatchOptions['body']> | AsyncIterable<Uint8Array>;
}

/** The options of a dispatch, as interceptors get them. undici passes unknown members on. */
export interface DispatchOptions extends Dispatcher.DispatchOptions {
  readonly signal?: unknown;
  readonly [RETRY]?: UndiciRetryOptions | false;
  readonly retry?: unknown;
  readonly retryOptions?: unknown;
}

/** Survives the copies that undici makes of a request's options, also with another copy of this package. */
const RETRY: unique symbol = Symbol.for('twicesafe.undici.retry') as never;

/** The origin that each caller's idempotency key was first used for. */
const keyOrigins = new WeakMap<object, string>();

/**
 * Adds retry options to the options of one request. undici's types don't allow other members or augmentation.
 *
 * @param options - The options of `request`, `stream`, `pipeline` or `dispatch`.
 * @param retry - See {@link UndiciRetryOptions}; `false` turns retries off.
 * @returns A copy of the options.
 * @throws {TypeError} For an unknown member of `retry`.
 *
 * @example
 * await request(url, withRetry({ dispatcher, method: 'POST', body }, { idempotencyKey: order.number }));
 */
export function withRetry<Options extends object>(options: Options, retry: UndiciRetryOptions | false): Options {
  const read = readRetry<UndiciRetryOptions>(retry, ['body']);
  if (!read) throw new TypeError(`retry must be an object with retry options, or false, not ${String(retry)}`);
  if (read.body !== undefined && typeof read.body !== 'function')
    throw new TypeError(`retry.body must be a function that makes a body, not ${typeof read.body}`);
  return { ...options, [RETRY]: retry };
}

/**
 * Reads what `withRetry` added.
 *
 * @param origin - Where the request goes. A redirect interceptor outside this one passes the options on to another
 *   origin, but the key belongs to the first one.
 * @throws {TypeError} For options that would be ignored, which are those of undici's own retries and a `retry` member.
 */
export function retryOf(options: DispatchOptions, origin: string): UndiciRetryOptions | undefined {
  if (options.retryOptions !== undefined)
    throw new TypeError("retryOptions is for undici's own retries: pass twicesafe's with withRetry(options, retry)");
  if (readRetry(options.retry, ['body']))
    throw new TypeError('retry belongs in withRetry(options, retry): undici has no such option');
  const retry = readRetry<UndiciRetryOptions>(options[RETRY], ['body']);
  if (retry?.idempotencyKey === undefined) return retry;
  const first = keyOrigins.get(retry) ?? origin;
  keyOrigins.set(retry, first);
  if (first === origin) return retry;
  const { idempotencyKey: _, ...others } = retry;
  return others;
}
