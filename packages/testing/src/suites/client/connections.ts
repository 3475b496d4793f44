import { buildConnector } from 'undici';

/** A pool of a few connections, for one test. */
export interface Connections extends AsyncDisposable {
  /** For the `dispatcher` member of fetch's init. */
  readonly dispatcher: object;
}

/** As much of undici's Agent as is used here. */
interface AgentLike {
  destroy(): Promise<void>;
}

/** Opens no more than `count` connections to an origin. */
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

/** What a pool of ours was made with: a client that has no dispatchers makes an agent of it. */
export function poolOptionsOf(dispatcher: unknown): PoolOptions | undefined {
  return optionsOf.get(dispatcher as object);
}

/** An Agent of the very undici that is inside this version of Node: no other fits its fetch without a bridge. */
export function poolOf(options: object): Connections {
  void globalThis.Headers;
  const scope = globalThis as unknown as Record<symbol, object | undefined>;
  const global = scope[Symbol.for('undici.globalDispatcher.2')] ?? scope[Symbol.for('undici.globalDispatcher.1')];
  const Agent = global?.constructor as new (options: object) => AgentLike;
  const agent = new Agent(options);
  optionsOf.set(agent, options);
  return { dispatcher: agent, [Symbol.asyncDispose]: () => agent.destroy() };
}
