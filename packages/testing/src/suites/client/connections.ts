import { buildConnector } from 'undici';
import { OwnAgent } from './own-agent.ts';

/** A pool of a few connections, for one test. */
export interface Connections extends AsyncDisposable {
  /** For the `dispatcher` member of fetch's init. */
  readonly dispatcher: object;
}

/** Opens at most `count` connections to an origin. */
export function connections(count: number): Connections {
  return poolOf({ connections: count });
}

/** The first connection is never made; it does not fail either. */
export function firstConnectionHangs(): Connections {
  const connect = buildConnector({});
  let hangs = true;
  const connector: typeof connect = (options, callback) => {
    if (!hangs) return connect(options, callback);
    hangs = false;
  };
  return poolOf({ connect: connector });
}

/** undici's options for a pool, as far as an agent of node:http can have them. */
export interface PoolOptions {
  readonly connections?: number;
  readonly connect?: { readonly ca?: string };
}

const optionsOf = new WeakMap<object, PoolOptions>();

/**
 * The options of a pool. A client without dispatchers makes an agent from them.
 *
 * @example
 * const { connections } = poolOptionsOf(init.dispatcher) ?? {};
 */
export function poolOptionsOf(dispatcher: unknown): PoolOptions | undefined {
  return optionsOf.get(dispatcher as object);
}

/** Connections for Node's own fetch. */
export function poolOf(options: object): Connections {
  const agent = new OwnAgent(options);
  optionsOf.set(agent, options);
  return { dispatcher: agent, [Symbol.asyncDispose]: () => agent.destroy() };
}
