import type { RetryOptions, RetryPolicy } from '@twicesafe/core';
import { type Policy, policyFrom, policyOver } from '@twicesafe/core/adapter';
import { markWrapped, wrappingOf } from '@twicesafe/evidence';
import type { Input, KyInstance, Options } from 'ky';
import { follow } from './follow.ts';
import { install } from './install.ts';
import type { KyCall } from './ky-call.ts';
import { readKyRetry, type WrappedKy } from './options.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'head', 'delete', 'query'] as const;

type Method = (typeof METHODS)[number];
type Send = (input: Input, options?: Options) => unknown;

/**
 * Wraps a ky instance so that it retries a request only when a duplicate is harmless. ky's own loop sends the requests,
 * so hooks, `retryCount`, `timeout`, `totalTimeout`, `throwHttpErrors` and the errors are ky's. The policy says which
 * requests are retried, after which outcomes and how long later. `retry.limit`, `methods`, `statusCodes`,
 * `shouldRetry`, `maxRetryAfter` and `retryOnTimeout: false` can forbid retries.
 *
 * @param ky - The instance to wrap. `create` and `extend` of the wrapped one return wrapped instances. If it is already
 *   wrapped, the new policy applies, and the prohibitions of the inner one stay in force.
 * @param options - See {@link RetryOptions}, or a policy made by `createRetryPolicy` to share budgets with other
 *   clients.
 * @throws {TypeError | RangeError} If an option is unknown, isn't supported here, or has a wrong value.
 *
 * @example
 * const api = wrapKy(ky.create({ baseUrl: 'https://api.example' }));
 * const order = await api.put('orders/7', { json: { amount: 3 } }).json();
 */
export function wrapKy(ky: KyInstance | WrappedKy, options?: RetryOptions | RetryPolicy): WrappedKy {
  if (typeof ky !== 'function' || typeof ky.extend !== 'function') {
    throw new TypeError('wrapKy takes the ky instance to wrap first, and options second: wrapKy(ky, options)');
  }
  const inner = wrappingOf<KyInstance, Policy>(ky as KyInstance);
  if (!hasInitHooks(ky as KyInstance))
    throw new TypeError(
      'wrapKy needs ky 2.0 or later: earlier versions have no init hooks, so it could not see a call',
    );
  return wrap(inner?.client ?? (ky as KyInstance), policyOver(policyFrom(options), inner?.policy));
}

function wrap(ky: KyInstance, policy: Policy): WrappedKy {
  const defaults = defaultsOf(ky);
  // An option that has no effect is refused here rather than at the first call.
  readKyRetry(defaults.retry);
  const sendBy =
    (method?: Method): Send =>
    (input, options) =>
      start({ ky, policy, defaults, method }, input, options);
  // ky 2.0 has no `query`.
  const shortcuts = METHODS.filter((method) => method in ky).map((method) => [method, sendBy(method)]);
  const instance = Object.assign(sendBy(), Object.fromEntries(shortcuts), {
    create: (options?: Options) => wrap(ky.create(options), policy),
    extend: (options: Options) => wrap(ky.extend(options), policy),
    stop: ky.stop,
    retry: ky.retry,
  });
  return markWrapped(instance, { client: ky, policy }) as unknown as WrappedKy;
}

/** A wrapped instance, and the method of its shortcut that was called. */
interface Wrapped {
  readonly ky: KyInstance;
  readonly policy: Policy;
  readonly defaults: Options;
  readonly method: Method | undefined;
}

function start({ ky, policy, defaults, method }: Wrapped, input: Input, options: Options | undefined): unknown {
  let call: KyCall | undefined;
  // After all other init hooks: what they say about retries counts too.
  const init = (merged: Options): void => {
    restoreJson(merged, [defaults, options ?? {}]);
    call = install(policy, input, merged);
  };
  // ky itself merges them: `undefined` and replaceOption() have a meaning in the hooks that only ky knows.
  const instance = options === undefined ? ky : ky.extend(options);
  const send: KyInstance | KyInstance[Method] = method ? instance[method] : instance;
  try {
    return follow(send(input, { hooks: { init: [init] } }), call);
  } catch (error) {
    call?.refuse(error);
    throw error;
  }
}

/** Asks an instance without defaults, so that the caller's hooks don't run, and for an input that ky refuses. */
function hasInitHooks(ky: KyInstance): boolean {
  let ran = false;
  const init = (): void => {
    ran = true;
  };
  try {
    ky.create({ hooks: { init: [init] } })(0 as unknown as string);
  } catch {
    // ky refuses the input after its init hooks.
  }
  return ran;
}

function defaultsOf(ky: KyInstance): Options {
  let defaults: Options = {};
  ky.extend((parent) => {
    defaults = parent;
    return {};
  });
  return defaults;
}

/**
 * For an init hook, ky copies `json`, and the copy of an object loses a `toJSON` that is not enumerable. If this is the
 * only such hook, and `json` wasn't merged, the caller's own object is restored.
 */
function restoreJson(merged: Options, sources: readonly Options[]): void {
  const given = sources.filter((options) => Object.hasOwn(options, 'json')).map(({ json }) => json);
  const [json] = given;
  if (given.length !== 1 || merged.hooks?.init?.length !== 1 || typeof json !== 'object' || json === null) return;
  const isMarked = Object.getOwnPropertySymbols(json).length > 0;
  if (!isMarked) merged.json = json;
}
