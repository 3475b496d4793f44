import { shared } from '@twicesafe/core/adapter';

/** What a wrapped client is made of. */
export interface Wrapping<Client, Policy> {
  /** The client itself. */
  readonly client: Client;
  readonly policy: Policy;
  /** Whether it is a dispatcher of undici's, which also the runtime's own fetch may send through. */
  readonly dispatcher?: boolean;
}

/** One register for the process, which also recognizes clients that another copy of twicesafe wrapped. */
const register = shared('wrapped.1', () => ({
  wrappings: new WeakMap<object, Wrapping<unknown, unknown>>(),
  count: 0,
  dispatchers: 0,
}));

/**
 * Remembers that a client is a wrapped one.
 *
 * @example
 * return markWrapped(wrapped, { client: fetch, policy });
 */
export function markWrapped<Wrapped extends object>(wrapped: Wrapped, wrapping: Wrapping<unknown, unknown>): Wrapped {
  register.wrappings.set(wrapped, wrapping);
  register.count++;
  if (wrapping.dispatcher) register.dispatchers++;
  return wrapped;
}

/**
 * What a client was wrapped of, or undefined if it is not a wrapped one.
 *
 * @example
 * const original = wrappingOf<typeof fetch, Policy>(given)?.client ?? given;
 */
export function wrappingOf<Client, Policy>(client: Client): Wrapping<Client, Policy> | undefined {
  // Of a value that is no object, a WeakMap knows nothing.
  return register.wrappings.get(client as object) as Wrapping<Client, Policy> | undefined;
}

/**
 * Whether more than one client was wrapped, so that one may be called inside another.
 *
 * @example
 * if (!hasSeveralWrapped()) return send(); // no other client can be above
 */
export function hasSeveralWrapped(): boolean {
  return register.count > 1;
}

/**
 * Whether a dispatcher of undici's was wrapped. Then even the runtime's own fetch may send through a wrapped client.
 *
 * @example
 * const proves = isOwnFetch(fetch) && !hasWrappedDispatcher();
 */
export function hasWrappedDispatcher(): boolean {
  return register.dispatchers > 0;
}
