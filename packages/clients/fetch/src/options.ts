import type { RequestRetryOptions } from '@twicesafe/core';
import { readRetry } from '@twicesafe/core/adapter';
import type { FetchInit } from '@twicesafe/evidence';
import { copyHeaders } from './headers.ts';

/** The options of one request, in the `retry` member of fetch's init. It overrides the policy. */
export interface FetchRetryOptions extends RequestRetryOptions {
  /**
   * Creates the body of every attempt, including the first. Use it to retry a stream. Instead of `init.body`.
   *
   * @example { body: () => createReadStream('orders.csv') }
   */
  readonly body?: () => NonNullable<RequestInit['body']> | AsyncIterable<Uint8Array>;
}

/** fetch's own init, with a member for retries. `false` turns them off for this request. */
export interface RetryInit {
  readonly retry?: FetchRetryOptions | false | undefined;
}

// The members that fetch reads from an init. A class may define them as accessors, which a loop doesn't find.
const MEMBERS = (
  'method headers body referrer referrerPolicy mode credentials cache redirect integrity keepalive signal duplex priority ' +
  'window dispatcher'
).split(' ');

// Our own words, where fetch would ignore them: a key that is not sent must not go unnoticed.
const MISPLACED = ['idempotencyKey', 'idempotent', 'maxAttempts', 'deadlineMs', 'attemptTimeoutMs'] as const;

/**
 * Reads `init.retry`, if it contains twicesafe's options.
 *
 * @throws {TypeError} If a retry option is outside `retry`, or if `retry` contains an unknown option.
 */
export function retryOf(init: FetchInit): FetchRetryOptions | undefined {
  for (const name of MISPLACED) {
    if (init[name] !== undefined)
      throw new TypeError(`${name} belongs in init.retry: fetch(url, { retry: { ${name} } })`);
  }
  // An inherited member counts only on an object with its own class.
  const given = Object.hasOwn(init, 'retry') || !isPlain(init) ? init.retry : undefined;
  const retry = given === undefined ? undefined : readRetry<FetchRetryOptions>(given, ['body']);
  if (retry?.body !== undefined && typeof retry.body !== 'function')
    throw new TypeError(`init.retry.body must be a function that makes a body, not ${typeof retry.body}`);
  return retry;
}

/**
 * A copy of the caller's init, so that every attempt sends the same even if the caller changes its object. Inherited
 * members count, as they do for fetch itself, because a Request can serve as an init.
 *
 * @param retry - twicesafe's options, which are removed before the wrapped fetch is called.
 */
export function copyInit(init: FetchInit, retry: FetchRetryOptions | undefined): FetchInit {
  const copy: FetchInit = isPlain(init) ? { ...init } : copyExotic(init);
  if (retry) delete copy.retry;
  // fetch turns it into text, and an object may do so otherwise the next time.
  if (copy.method !== undefined) copy.method = String(copy.method);
  if (typeof copy.headers === 'object' && copy.headers !== null) copy.headers = copyHeaders(copy.headers);
  return copy;
}

function copyExotic(init: FetchInit): FetchInit {
  const copy: FetchInit = {};
  const inherited = MEMBERS.filter((name) => init[name] !== undefined);
  for (const name of [...inherited, ...Object.keys(init)]) copy[name] = init[name];
  return copy;
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
