import { type DispatcherLike, isDispatcher } from './dispatcher-like.ts';

/**
 * The dispatchers that one of undici's sends with, as far as it has made them. They are the agents of a ProxyAgent, the
 * pools of an Agent, and the clients of a Pool. undici keeps them under symbols, in lists or maps, and those of an
 * Agent in records.
 */
export function innerDispatchers(dispatcher: DispatcherLike): readonly DispatcherLike[] {
  const members = dispatcher as unknown as Readonly<Record<symbol, unknown>>;
  return Object.getOwnPropertySymbols(dispatcher)
    .map((symbol) => members[symbol])
    .flatMap((member) => (member instanceof Map || Array.isArray(member) ? [...member.values()] : [member]))
    .map((member) => (member as { readonly dispatcher?: unknown } | null | undefined)?.dispatcher ?? member)
    .filter(isDispatcher);
}
