import type { RetryOptions, RetryPolicy } from '@twicesafe/core';
import { enclosing, mayBeNested, Operation, type Policy, policyFrom, policyOver } from '@twicesafe/core/adapter';
import { markWrapped, wrappingOf } from '@twicesafe/evidence';
import type { Dispatcher } from 'undici';
import { type UndiciBody, undiciBody } from './body.ts';
import { copyHeaders, withHeaders } from './headers.ts';
import { type DispatchOptions, retryOf } from './options.ts';
import { assertNoRetryHandler, assertNoRetryInterceptor } from './retry-handler.ts';
import { DispatchTraits } from './traits.ts';
import { UndiciCall } from './undici-call.ts';
import type { CallersHandler } from './undici-request.ts';

/**
 * Creates an interceptor that retries a request only when a duplicate is harmless. It works with everything that
 * dispatches, such as `request`, `stream`, `pipeline` and undici's own `fetch`. Upgrades, CONNECT and handlers of older
 * versions, such as those of Node's fetch, pass through untouched.
 *
 * Put a redirect interceptor after it, so that each hop is its own operation.
 *
 * @param options - See {@link RetryOptions}, or a policy made by `createRetryPolicy` to share budgets with other
 *   clients.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 *
 * @example
 * const dispatcher = new Agent().compose(retry({ maxAttempts: 4 }), interceptors.redirect({ maxRedirections: 3 }));
 * const response = await request('https://api.example/orders/7', { dispatcher, method: 'PUT', body });
 * console.log(explain(response));
 */
export function retry(options?: RetryOptions | RetryPolicy): Dispatcher.DispatcherComposeInterceptor {
  const policy = policyFrom(options);
  return (given) => {
    assertNoRetryInterceptor(given);
    const inner = wrappingOf<Dispatcher.Dispatch, Policy>(given);
    const chain = { dispatch: inner?.client ?? given, policy: policyOver(policy, inner?.policy) };
    const dispatch: Dispatcher.Dispatch = (options, handler) => start(chain, options, handler);
    return markWrapped(dispatch, { client: chain.dispatch, policy: chain.policy, dispatcher: true });
  };
}

/** What an interceptor was made of. */
interface Chain {
  readonly dispatch: Dispatcher.Dispatch;
  readonly policy: Policy;
}

function start({ dispatch, policy }: Chain, given: DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
  if (!isRequest(given, handler)) return dispatch(given, handler);
  assertNoRetryHandler(handler);
  const options: DispatchOptions = { ...given, headers: copyHeaders(given.headers) };
  const traits = new DispatchTraits(options);
  const { origin } = traits;
  const retry = retryOf(given, origin);
  const { body: makeBody, ...said } = retry ?? {};
  const word = retry && said;
  const outer = mayBeNested() ? enclosing(traits) : undefined;
  if (outer) {
    const added = outer.passThrough(policy, traits, options.body, word);
    return dispatch(added.length > 0 ? { ...options, headers: withHeaders(options.headers, added) } : given, handler);
  }
  let body: UndiciBody | undefined;
  // Of bytes, the copy that is sent: the caller may change its own.
  const sent = (): unknown => (body ? body.content() : options.body);
  const operation = new Operation(policy, traits, word, undefined, makeBody ? () => undefined : options.body, sent);
  body = undiciBody(operation, options.body, makeBody);
  // Headers that could be read only once are read now.
  const first = isIterator(given.headers) ? options : given;
  return new UndiciCall(operation, { dispatch, given: first, options, origin, body, handler }).run();
}

/**
 * Whether this is a request for one response, from a caller that speaks as undici 8 and the interceptors of undici 7
 * do.
 */
function isRequest(options: DispatchOptions, handler: Dispatcher.DispatchHandler): handler is CallersHandler {
  return (
    typeof handler?.onRequestStart === 'function' &&
    typeof handler.onResponseError === 'function' &&
    typeof options?.method === 'string' &&
    typeof options.path === 'string' &&
    options.method !== 'CONNECT' &&
    !options.upgrade
  );
}

function isIterator(headers: unknown): boolean {
  return typeof (headers as { readonly next?: unknown } | null | undefined)?.next === 'function';
}
