import type { RequestRetryOptions } from '@twicesafe/core';

/** What the caller says of one request, in the `retry` member of fetch's init. It beats the policy. */
export interface FetchRetryOptions extends RequestRetryOptions {
  /**
   * Makes the body anew for every attempt, the first included: the way to repeat a stream. Instead of `init.body`.
   *
   * @example { body: () => createReadStream('orders.csv') }
   */
  readonly body?: () => BodyInit | AsyncIterable<Uint8Array>;
}

/** fetch's own init, and a word on retries. `false` turns them off for this request. */
export interface RetryInit {
  readonly retry?: FetchRetryOptions | false;
}

/** The members of fetch's init that we look at, and whatever else the wrapped fetch understands. */
export interface InitMembers extends RequestInit {
  dispatcher?: unknown;
  duplex?: 'half';
  [member: string]: unknown;
}

// What fetch reads of an init, wherever it stands: a class may have it as accessors, which no loop finds.
const MEMBERS = (
  'method headers body referrer referrerPolicy mode credentials cache redirect integrity keepalive signal duplex priority ' +
  'window dispatcher'
).split(' ');

/**
 * A copy of what the caller gave: every attempt sends the same, whatever the caller does with its object meanwhile. Inherited
 * members count, as they do for fetch itself: a Request can serve as an init.
 */
export function copyInit(init: InitMembers & RetryInit): InitMembers {
  const copy: InitMembers = isPlain(init) ? { ...init } : copyExotic(init);
  if ('retry' in copy) delete copy.retry;
  if (typeof copy.headers === 'object' && copy.headers !== null) copy.headers = copyHeaders(copy.headers);
  return copy;
}

function copyExotic(init: InitMembers): InitMembers {
  const copy: InitMembers = {};
  const inherited = MEMBERS.filter((name) => init[name] !== undefined);
  for (const name of [...inherited, ...Object.keys(init)]) copy[name] = init[name];
  return copy;
}

function copyHeaders(headers: HeadersInit): HeadersInit {
  if (isPlain(headers)) return { ...(headers as Record<string, string>) };
  // Of pairs that are none fetch will say what is wrong with them.
  if (Array.isArray(headers))
    return headers.map((pair) => (Array.isArray(pair) ? ([...pair] as [string, string]) : pair));
  return new Headers(headers);
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** What the caller said of one request, taken apart: the core's share, and ours. */
export interface RetryWord extends RequestRetryOptions {
  idempotent?: boolean;
  makeBody?: NonNullable<FetchRetryOptions['body']>;
}

/** @throws {TypeError} If it is neither false nor an object. */
export function readRetry(retry: FetchRetryOptions | false | undefined): RetryWord {
  if (retry === undefined) return {};
  if (retry === false) return { maxAttempts: 1 };
  if (typeof retry !== 'object' || retry === null) {
    throw new TypeError(`init.retry must be an object or false, not ${String(retry)}`);
  }
  const { body, ...word } = retry;
  if (body === undefined) return word;
  if (typeof body !== 'function') throw new TypeError('init.retry.body must be a function that makes a body');
  return { ...word, makeBody: body };
}
