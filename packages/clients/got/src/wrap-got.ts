import type { RequestRetryOptions, RetryOptions, RetryPolicy } from '@twicesafe/core';
import { enclosing, Operation, type Policy, policyFrom } from '@twicesafe/core/adapter';
import { markWrapped, wrappingOf } from '@twicesafe/evidence';
import type { Got, GotReturn, HandlerFunction, Options, Request, RequestPromise } from 'got';
import { contentOf, makeReplayable } from './body.ts';
import { followPromise, followStream } from './follow.ts';
import { GotCall } from './got-call.ts';
import { GotCopies } from './got-copies.ts';
import { callersRetryOf, callOf, install } from './install.ts';
import { retryOf } from './options.ts';
import { traitsOf } from './traits.ts';

/**
 * Wraps a got instance so that it retries a request only when a duplicate is harmless. got's own loop sends the
 * requests, so its hooks, events, `retryCount`, timeouts, streams and errors stay the same. got's `retry` options can
 * forbid a retry and set its number (`limit`).
 *
 * @param got - The instance to wrap, of got 14.6 or later. Instances that extend the wrapped one are wrapped as well.
 * @param options - See {@link RetryOptions}, or a policy made by `createRetryPolicy` to share budgets with other
 *   clients.
 * @returns An instance of the same type.
 * @throws {TypeError | RangeError} If `got` isn't a got instance or is wrapped already, or for an option that is
 *   unknown or has a value that is not allowed.
 *
 * @example
 * const client = wrapGot(got.extend({ prefixUrl: 'https://api.example' }));
 * const response = await client.put('orders/7', { json: { amount: 3 } });
 * console.log(explain(reportOf(response)));
 */
export function wrapGot<Instance extends Got>(got: Instance, options?: RetryOptions | RetryPolicy): Instance {
  if (!isGot(got))
    throw new TypeError(
      'wrapGot needs a got instance of version 14.6 or later first, and options second: wrapGot(got, options)',
    );
  if (got.defaults.handlers.some((handler) => wrappingOf(handler)))
    throw new TypeError('wrapGot needs an unwrapped instance: wrap the original instance, or extend this one');
  const policy = policyFrom(options);
  const handler = markWrapped(handlerOf(policy), { client: got, policy });
  const { mutableDefaults } = got.defaults;
  return got.extend({ mutableDefaults, handlers: [handler] }) as Instance;
}

/** Older versions of got lack `enforceRetryRules`, and other clients lack all of it. */
function isGot(got: unknown): got is Got {
  const { defaults } = (typeof got === 'function' ? got : {}) as Partial<Got>;
  return typeof defaults?.options?.retry?.enforceRetryRules === 'boolean';
}

function handlerOf(policy: Policy): HandlerFunction {
  const handler = (options: Options, next: (options: Options) => GotReturn): GotReturn => {
    // got rejects options that it could not read.
    if (!options?.url) return next(options);
    const content = (): unknown => contentOf(options);
    const outer = callOf(options);
    if (outer) {
      outer.operation.replaceRequest(outer.operation.traits, content, policy.settings);
      return next(options);
    }
    let call: GotCall | undefined;
    try {
      call = start(policy, options);
    } catch (error) {
      if (options.isStream) throw error;
      return Promise.reject(error) as RequestPromise;
    }
    const send = (): GotReturn => next(options);
    if (!call) return send();
    const sent = GotCopies.follow(call.operation, options, send);
    if (options.isStream) return followStream(call, sent as Request);
    // A handler of the caller's may answer by itself.
    if (sent instanceof Promise) return followPromise(call, sent as RequestPromise<unknown>) as RequestPromise;
    GotCopies.of(call.operation)?.end();
    return sent;
  };
  return handler as HandlerFunction;
}

/** Prepares the options of a call. Returns undefined if a wrapped client around this one sends it. */
function start(policy: Policy, options: Options): GotCall | undefined {
  const { body, ...given } = retryOf(options.context);
  const content = (): unknown => contentOf(options);
  const traits = traitsOf(options);
  const outer = enclosing(traits);
  if (outer) {
    for (const [name, value] of outer.passThrough(policy, traits, content, given))
      options.headers[name.toLowerCase()] = value;
    options.retry = { ...options.retry, calculateDelay: () => 0 };
    return undefined;
  }
  const callersRetry = callersRetryOf(options);
  const operation = new Operation(
    policy,
    traits,
    withLimit(given, callersRetry.maxAttempts(options.retry)),
    undefined,
    () => (body ? undefined : (content() ?? null)),
    content,
  );
  makeReplayable(options, operation, body);
  const call = new GotCall(operation, options.signal, callersRetry);
  install(call, options);
  return call;
}

/** Of got's `retry.limit` and our `maxAttempts`, the smaller one counts. */
function withLimit(given: RequestRetryOptions, limit: number | undefined): RequestRetryOptions {
  return limit === undefined ? given : { ...given, maxAttempts: Math.min(limit, given.maxAttempts ?? limit) };
}
