/** What each wrapped client was made of. */
const inner = new WeakMap<object, unknown>();

/** Remembers that a client is a wrapped one, and of what. */
export function markWrapped<Wrapped extends object>(wrapped: Wrapped, client: unknown): Wrapped {
  inner.set(wrapped, client);
  return wrapped;
}

/**
 * The client itself: what was wrapped, if it is a wrapped one. Whoever wraps it again means the last policy, and not three
 * attempts for each of three.
 */
export function unwrapped<ClientLike>(client: ClientLike): ClientLike {
  const isObject = typeof client === 'function' || (typeof client === 'object' && client !== null);
  return isObject && inner.has(client) ? unwrapped(inner.get(client) as ClientLike) : client;
}
