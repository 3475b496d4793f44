import { type RequestRetryOptions, readRetry } from '@twicesafe/core';
import type { FetchInit } from '@twicesafe/evidence';
import { copyHeaders } from './headers.ts';

/** What the caller says about one request, in the `retry` member of fetch's init. It overrides the policy. */
export interface FetchRetryOptions extends RequestRetryOptions {
  /**
   * Makes the body for every attempt, the first included: the way to repeat a stream. Instead of `init.body`.
   *
   * @example { body: () => createReadStream('orders.csv') }
   */
  readonly body?: () => NonNullable<RequestInit['body']> | AsyncIterable<Uint8Array>;
}

/** fetch's own init, with a member for retries. `false` turns them off for this request. */
export interface RetryInit {
  readonly retry?: FetchRetryOptions | false;
}

// What fetch reads of an init, wherever it stands: a class may have it as accessors, which no loop finds.
const MEMBERS = (
  'method headers body referrer referrerPolicy mode credentials cache redirect integrity keepalive signal duplex priority ' +
  'window dispatcher'
).split(' ');

// Our own words, where fetch would ignore them: a key that is not sent must not go unnoticed.
const MISPLACED = ['idempotencyKey', 'idempotent', 'maxAttempts', 'deadlineMs', 'attemptTimeoutMs'] as const;

/**
 * Reads `init.retry`, if it is ours.
 *
 * @throws {TypeError} If a retry option stands beside `retry` instead of in it, or the member has an unknown option.
 */
export function retryOf(init: FetchInit): FetchRetryOptions | undefined {
  for (const name of MISPLACED) {
    if (init[name] !== undefined)
      throw new TypeError(`${name} belongs into the retry member of init: fetch(url, { retry: { ${name} } })`);
  }
  // An inherited member is only ours on an object with a class of its own.
  const given = Object.hasOwn(init, 'retry') || !isPlain(init) ? init.retry : undefined;
  const retry = given === undefined ? undefined : readRetry<FetchRetryOptions>(given, ['body']);
  if (retry?.body !== undefined && typeof retry.body !== 'function')
    throw new TypeError(`init.retry.body must be a function that makes a body, not ${typeof retry.body}`);
  return retry;
}

/**
 * A copy of what the caller gave: every attempt sends the same, whatever the caller does with its object meanwhile. Inherited
 * members count, as they do for fetch itself: a Request can serve as an init.
 *
 * @param retry - Our options in it, if any: they are not for the wrapped fetch.
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
