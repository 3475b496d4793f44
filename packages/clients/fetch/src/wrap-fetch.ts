import {
  createRetryPolicy,
  methodSemantics,
  Operation,
  type ResponseLike,
  type RetryOptions,
  RetryPolicy,
  runOperation,
} from '@twicesafe/core';
import { markWrapped, unwrapped } from '@twicesafe/evidence';
import { fetchBody } from './fetch-body.ts';
import { FetchClient, type Send } from './fetch-client.ts';
import { FetchTraits } from './fetch-traits.ts';
import { copyInit, type InitMembers, type RetryInit, readRetry } from './init.ts';
import { isPlainBody, isPlainPolicy, PlainCall } from './plain-call.ts';

/** Any function that is called as fetch is. */
export type FetchLike = (input: never, init?: never) => Promise<ResponseLike>;

type GlobalFetch = typeof globalThis.fetch;
type InputOf<Fetch extends FetchLike> = Parameters<Fetch> extends [infer Input, ...unknown[]] ? Input : Target;
type InitOf<Fetch extends FetchLike> =
  Parameters<Fetch> extends [unknown, (infer Init)?, ...unknown[]]
    ? unknown extends Init
      ? RequestInit
      : NonNullable<Init>
    : RequestInit;

/** The fetch that was wrapped, with its own types, and a `retry` member in its init. */
export type WrappedFetch<Fetch extends FetchLike = GlobalFetch> = (
  input: InputOf<Fetch>,
  init?: InitOf<Fetch> & RetryInit,
) => ReturnType<Fetch>;

/**
 * Wraps fetch, so that a request is sent again when that can do no harm, and never otherwise. What comes back is the wrapped
 * fetch's own: the same responses, the same errors.
 *
 * @param fetch - The fetch to wrap. Without it, whatever `globalThis.fetch` is at the time of each call. A wrapped one is not
 *   wrapped twice: the last policy counts.
 * @param options - See {@link RetryOptions}, or a policy made by `createRetryPolicy` to share budgets with other clients.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 *
 * @example
 * const fetch = wrapFetch();
 * const response = await fetch('https://api.example/orders/7', { method: 'PUT', body });
 * console.log(explain(reportOf(response)));
 */
export function wrapFetch(fetch?: undefined, options?: RetryOptions | RetryPolicy): WrappedFetch;
export function wrapFetch<Fetch extends FetchLike>(
  fetch: Fetch,
  options?: RetryOptions | RetryPolicy,
): WrappedFetch<Fetch>;
export function wrapFetch(fetch?: FetchLike, options?: RetryOptions | RetryPolicy): WrappedFetch {
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw new TypeError('wrapFetch takes the fetch to wrap first, and options second: wrapFetch(fetch, options)');
  }
  const policy = options instanceof RetryPolicy ? options : createRetryPolicy(options);
  const plain = isPlainPolicy(policy);
  const send = fetch ? (unwrapped(fetch) as Send) : globalSend();
  const wrapped = (input: Target, init?: InitMembers & RetryInit): Promise<Response> => {
    try {
      return start(policy, send, input, init, plain);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return markWrapped(wrapped, send) as WrappedFetch;
}

/** The global fetch of the moment: a test may have put another one there. A wrapped one may be there too, and be this one. */
function globalSend(): Send {
  const original = unwrapped(globalThis.fetch);
  return (input, init) => {
    const fetch = globalThis.fetch === unwrapped(globalThis.fetch) ? globalThis.fetch : original;
    return fetch(input, init);
  };
}

type Target = string | URL | Request;

function start(
  policy: RetryPolicy,
  fetch: Send,
  target: Target,
  given: (InitMembers & RetryInit) | undefined,
  plainPolicy: boolean,
): Promise<Response> {
  // A URL may change while we wait. What looks like a Request is one, also if another copy of undici made it.
  const input = isRequest(target) ? target : String(target);
  // fetch will say what is wrong with it.
  if (given && typeof given !== 'object' && typeof given !== 'function') return fetch(input, given);
  const init = given ? copyInit(given) : undefined;
  const plain = plainPolicy && given?.retry === undefined && init?.mode !== 'no-cors' && isPlainBody(input, init);
  return plain ? new PlainCall(policy, fetch, input, init).send() : operate(policy, fetch, input, init, given?.retry);
}

function isRequest(target: unknown): target is Request {
  return typeof target === 'object' && target !== null && 'headers' in target;
}

function operate(
  policy: RetryPolicy,
  fetch: Send,
  input: string | Request,
  given: InitMembers | undefined,
  retry: RetryInit['retry'],
): Promise<Response> {
  const traits = new FetchTraits(input, given);
  const { makeBody, ...word } = readRetry(retry);
  // The browser drops our key there without a word (https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name).
  if (given?.mode === 'no-cors') word.idempotent ??= methodSemantics(traits.method).safe;

  const operation = new Operation(policy, traits, word);
  // A key that cannot be sent is told before anything is.
  void operation.fields;
  const body = fetchBody(operation, input, given, makeBody);
  return runOperation(operation, new FetchClient(operation, { fetch, input, init: given, body }));
}
