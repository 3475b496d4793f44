import type { RequestRetryOptions, RetryOptions, RetryPolicy } from '@twicesafe/core';
import {
  DEFAULTS,
  enclosing,
  mayBeNested,
  mayRepeatEnded,
  methodSemantics,
  type Nesting,
  openOperation,
  type Policy,
  policyFrom,
  policyOver,
  runOperation,
} from '@twicesafe/core/adapter';
import { type FetchFunction, type FetchInit, markWrapped, readBytes, wrappingOf } from '@twicesafe/evidence';
import { type FetchBody, fetchBody } from './body.ts';
import { FetchCall } from './fetch-call.ts';
import { currentGlobalFetch, type FetchSource, fixedFetch } from './fetch-source.ts';
import { withHeaders } from './headers.ts';
import { copyInit, type FetchRetryOptions, type RetryInit, retryOf } from './options.ts';
import { requestMember } from './request-member.ts';
import { FetchTraits } from './traits.ts';

/** Any function that is called as fetch is. */
export type FetchLike = (input: never, init?: never) => Promise<{ readonly status: number; readonly headers: object }>;

type GlobalFetch = typeof globalThis.fetch;
type Target = string | URL | Request;
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
 * Wraps fetch so that it retries a request only when a duplicate is harmless. You get the wrapped fetch's own responses
 * and errors. Each call uses whatever `globalThis.fetch` is at that time.
 *
 * @param options - See {@link RetryOptions}, or a policy made by `createRetryPolicy` to share budgets with other
 *   clients.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 *
 * @example
 * const fetch = wrapFetch({ maxAttempts: 4 });
 * const response = await fetch('https://api.example/orders/7', { method: 'PUT', body });
 * console.log(explain(response));
 */
export function wrapFetch(options?: RetryOptions | RetryPolicy): WrappedFetch;
/**
 * Wraps a fetch of your own in the same way.
 *
 * @param fetch - The fetch to wrap. If it is already wrapped, the new policy applies, and the prohibitions of the inner
 *   one stay in force.
 * @param options - As above.
 *
 * @example
 * const fetch = wrapFetch(nodeFetch, { maxAttempts: 4 });
 */
export function wrapFetch<Fetch extends FetchLike | undefined>(
  fetch: Fetch,
  options?: RetryOptions | RetryPolicy,
): WrappedFetch<Fetch extends FetchLike ? Fetch : GlobalFetch>;
export function wrapFetch(
  first?: FetchLike | RetryOptions | RetryPolicy,
  second?: RetryOptions | RetryPolicy,
): WrappedFetch {
  const [given, options] = typeof first === 'function' ? [first, second] : [undefined, second ?? first];
  if (second !== undefined && first !== undefined && !given)
    throw new TypeError('wrapFetch takes the fetch to wrap first, and options second: wrapFetch(fetch, options)');
  const inner = wrappingOf<FetchFunction, Policy>((given ?? globalThis.fetch) as FetchFunction);
  const policy = policyOver(policyFrom(options), inner?.policy);
  const source = given ? fixedFetch(inner?.client ?? (given as FetchFunction)) : currentGlobalFetch(inner?.client);
  // Named as fetch is, and with one parameter.
  const { fetch } = { fetch: (target: Target, ...[init]: [init?: FetchInit]) => start(policy, source, target, init) };
  return markWrapped(fetch, { client: source.original, policy }) as WrappedFetch;
}

function start(policy: Policy, source: FetchSource, target: Target, given?: FetchInit): Promise<Response> {
  try {
    // fetch says what is wrong with it.
    if (given && typeof given !== 'object' && typeof given !== 'function') return source.current()(target, given);
    // A URL object may change while we wait. Another copy of undici may have made the Request.
    const input = isRequest(target) ? target : String(target);
    const retry = given ? retryOf(given) : undefined;
    const init = given ? copyInit(given, retry) : undefined;
    const traits = new FetchTraits(input, init);
    const outer = mayBeNested() ? enclosing(traits) : undefined;
    // Any other object may say something else when fetch reads it.
    const first = target instanceof URL ? target : input;
    const call = { fetch: source.current(), target: first, input, init, traits };
    if (!outer) {
      if (!hidesBody(call, retry) || !mayRepeatEnded(policy, traits)) return operate(policy, source, call, retry);
      return bodyOf(input).then((read) => operate(policy, source, call, retry, read));
    }
    return passThrough(outer, policy, source, { ...call, target }, retry);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A body that cannot be compared with another. */
const unknownBody = (): undefined => undefined;

/** One call, as the caller made it. */
interface Call {
  readonly fetch: FetchFunction;
  readonly target: Target;
  readonly input: string | Request;
  readonly init: FetchInit | undefined;
  readonly traits: FetchTraits;
  /** What is sent, once the operation is open. */
  body?: FetchBody;
}

/** The body that a loop above would send again, where the init doesn't show it. */
function comparedBody(call: Call, read: unknown): () => unknown {
  return () => read ?? call.body?.chunks?.();
}

/** The body that protocols read. */
function sentBody(call: Call): () => unknown {
  return () => call.body?.text?.() ?? call.init?.body;
}

/** A wrapped client around this one retries, so this one sends once, and adds what its policy says. */
function passThrough(
  outer: Nesting,
  policy: Policy,
  { original }: FetchSource,
  call: Call,
  retry?: FetchRetryOptions,
): Promise<Response> {
  const { target, input, init, traits } = call;
  const body = hidesBody(call, retry) ? unknownBody : init?.body;
  const headers = outer.passThrough(policy, traits, body, requestOptions(retry));
  const callers = init?.headers ?? (typeof input === 'string' ? undefined : requestMember(input, 'headers'));
  return original(target, headers.length > 0 ? { ...init, headers: withHeaders(callers, headers) } : init);
}

/** Whether the body can't be seen in the init: it is that of a Request, or `retry.body` makes it. */
function hidesBody({ input, init, traits }: Call, retry?: FetchRetryOptions): boolean {
  if (retry?.body) return true;
  if (typeof input === 'string' || (init?.body ?? undefined) !== undefined) return false;
  // Firefox does not show the body of a Request.
  return requestMember(input, 'body') !== null && traits.method !== 'GET' && traits.method !== 'HEAD';
}

/** The bytes of a Request's body, if there are few and it can be copied. */
async function bodyOf(input: string | Request): Promise<unknown> {
  try {
    const { body } = (input as Request).clone();
    return body ? await readBytes(body, DEFAULTS.requestCopyBytes) : undefined;
  } catch {
    return undefined;
  }
}

function operate(
  policy: Policy,
  source: FetchSource,
  call: Call,
  retry?: FetchRetryOptions,
  read?: unknown,
): Promise<Response> {
  const { fetch, input, init, traits } = call;
  let options = requestOptions(retry);
  // A browser drops our key there (https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name).
  if (init?.mode === 'no-cors') options = { idempotent: methodSemantics(traits.method).safe, ...options };
  const compared = hidesBody(call, retry) ? comparedBody(call, read) : init?.body;
  // Only protocols read it, and a function for each call is not free.
  const sent = policy.settings.protocols.length > 0 ? sentBody(call) : undefined;
  const operation = openOperation(policy, traits, options, compared, sent);
  const body = fetchBody(operation, input, init, retry?.body);
  call.body = body;
  // A fetch of the caller's may send what a subclass of Request shows, or what it holds.
  if (typeof input !== 'string' && input.method !== requestMember(input, 'method') && init?.method === undefined)
    operation.replaceRequest({ method: input.method, url: traits.url, headers: traits.headers }, undefined);
  return runOperation(operation, new FetchCall(operation, call, body, fetch !== source.original));
}

/** The caller's options of one request that the core reads. */
function requestOptions(retry: FetchRetryOptions | undefined): RequestRetryOptions | undefined {
  if (!retry || !('body' in retry)) return retry;
  const { body: _, ...options } = retry;
  return options;
}

function isRequest(target: unknown): target is Request {
  return typeof target === 'object' && target !== null && 'headers' in target;
}
