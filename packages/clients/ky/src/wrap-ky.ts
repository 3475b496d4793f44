import { createRetryPolicy, type RetryOptions, RetryPolicy } from '@twicesafe/core';
import { markWrapped, unwrapped } from '@twicesafe/evidence';
import type { Input, KyInstance, Options } from 'ky';
import { install } from './install.ts';
import type { WrappedKy } from './options.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'head', 'delete', 'query'] as const;

/**
 * Wraps a ky instance, so that a request is sent again when that can do no harm, and never otherwise. ky's own loop does the
 * sending: hooks, `retryCount`, `timeout`, `totalTimeout`, `throwHttpErrors` and the errors are ky's, and `retry.limit` is the
 * caller's word on how often. Which requests are repeated, after what and how long, is the policy's to say.
 *
 * @param ky - The instance to wrap. `create` and `extend` of the wrapped one give wrapped instances. A wrapped one is not
 *   wrapped twice: the last policy counts.
 * @param options - See {@link RetryOptions}, or a policy made by `createRetryPolicy` to share budgets with other clients.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 *
 * @example
 * const api = wrapKy(ky.create({ baseUrl: 'https://api.example' }));
 * const order = await api.put('orders/7', { json: { amount: 3 } }).json();
 */
export function wrapKy(ky: KyInstance | WrappedKy, options?: RetryOptions | RetryPolicy): WrappedKy {
  if (typeof ky !== 'function' || typeof ky.extend !== 'function') {
    throw new TypeError('wrapKy takes the ky instance to wrap first, and options second: wrapKy(ky, options)');
  }
  return wrap(unwrapped(ky) as KyInstance, options instanceof RetryPolicy ? options : createRetryPolicy(options));
}

function wrap(ky: KyInstance, policy: RetryPolicy): WrappedKy {
  type Send = (input: Input, options?: Options) => unknown;
  const wrapped: Send = (input, options) => ky(input, withCall(policy, input, options));
  const shortcuts = METHODS.map((method): [string, Send] => [
    method,
    (input, options) => ky[method](input, withCall(policy, input, options)),
  ]);
  const instance = Object.assign(wrapped, Object.fromEntries(shortcuts), {
    create: (defaults?: Options) => wrap(ky.create(defaults), policy),
    extend: (defaults: Options) => wrap(ky.extend(defaults), policy),
    stop: ky.stop,
    retry: ky.retry,
  });
  return markWrapped(instance, ky) as unknown as WrappedKy;
}

/** Our init hook comes last, after those of the instance and of the call: what they say of retries is heard. */
function withCall(policy: RetryPolicy, input: Input, options: Options = {}): Options {
  const init = [...(options.hooks?.init ?? []), (call: Options) => install(policy, input, call)];
  return { ...options, hooks: { ...options.hooks, init } };
}
