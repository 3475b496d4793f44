import { Agent, Dispatcher1Wrapper } from 'undici';

/** A pool of a few connections, for one test. */
export interface Connections extends AsyncDisposable {
  /** For the `dispatcher` member of fetch's init, in every version of Node. */
  readonly dispatcher: object;
}

/** Opens no more than `count` connections to an origin. */
export function connections(count: number): Connections {
  const agent = new Agent({ connections: count });
  return { dispatcher: new Dispatcher1Wrapper(agent), [Symbol.asyncDispose]: () => agent.destroy() };
}
