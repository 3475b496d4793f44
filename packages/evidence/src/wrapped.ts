import { shared } from '@twicesafe/core';

/** What a wrapped client is made of. */
export interface Wrapping<Client, Policy> {
  /** The client itself. */
  readonly client: Client;
  readonly policy: Policy;
}

/** One register for the process: a client that another copy of twicesafe wrapped is recognized too. */
const wrappings = shared('wrapped.1', () => new WeakMap<object, Wrapping<unknown, unknown>>());

/** Remembers that a client is a wrapped one. */
export function markWrapped<Wrapped extends object>(wrapped: Wrapped, wrapping: Wrapping<unknown, unknown>): Wrapped {
  wrappings.set(wrapped, wrapping);
  return wrapped;
}

/** What a client was wrapped of, or undefined if it is not a wrapped one. */
export function wrappingOf<Client, Policy>(client: Client): Wrapping<Client, Policy> | undefined {
  const isObject = typeof client === 'function' || (typeof client === 'object' && client !== null);
  return isObject ? (wrappings.get(client) as Wrapping<Client, Policy> | undefined) : undefined;
}
