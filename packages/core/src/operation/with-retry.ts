import { methodSemantics } from '../decision/methods.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import { overrideSettings, resolveSettings } from '../options/settings.ts';
import { Ambient } from './ambient.ts';
import { contentOf } from './content.ts';
import { shared } from './shared.ts';

/** Options that follow a call, and the request that their key belongs to. */
interface Carried {
  readonly options: RequestRetryOptions;
  /** What identifies the request. If its body cannot be compared, its traits do. */
  keyFor?: string | object;
}

const carried = /* @__PURE__ */ shared('with-retry.1', () => new Ambient<Carried>());

/**
 * Carries options for one request through a library that does not pass unknown options on, such as an SDK. They apply
 * to every request that `callback` sends through a wrapped client. An `idempotencyKey` applies only to the first unsafe
 * request and its retries with the same body, because two operations never share a key. Needs AsyncLocalStorage (Node,
 * Bun, Deno, workerd); elsewhere it holds until `callback` returns.
 *
 * @param options - As in the `retry` member of a request. The request's own options override them.
 * @param callback - Calls the library.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 *
 * @example
 * await withRetry({ idempotencyKey: `order-${order.id}` }, () => sdk.orders.create(order));
 */
export function withRetry<Result>(options: RequestRetryOptions, callback: () => Result): Result {
  overrideSettings(resolveSettings(), options);
  return carried.run({ options }, callback);
}

/**
 * The options for a request: the caller's own, over those that {@link withRetry} carries.
 *
 * @param body - The request body, if it can be compared (see `contentOf`).
 */
export function optionsFor(
  traits: RequestTraits,
  own: RequestRetryOptions | undefined,
  body: unknown,
): RequestRetryOptions | undefined {
  const found = carried.value;
  if (!found) return own;
  const { idempotencyKey, ...others } = found.options;
  if (idempotencyKey === undefined || methodSemantics(traits.method).safe) return { ...others, ...own };
  const content = contentOf(body);
  const request = content === undefined ? traits : `${traits.method} ${traits.url} ${content}`;
  found.keyFor ??= request;
  return found.keyFor === request ? { ...others, idempotencyKey, ...own } : { ...others, ...own };
}
