import { Agent, buildConnector, Dispatcher1Wrapper } from 'undici';

/** A pool of a few connections, for one test. */
export interface Connections extends AsyncDisposable {
  /** For the `dispatcher` member of fetch's init, in every version of Node. */
  readonly dispatcher: object;
}

/** Opens no more than `count` connections to an origin. */
export function connections(count: number): Connections {
  return poolOf(new Agent({ connections: count }));
}

/** The first connection is never made; it does not fail either. */
export function firstConnectionHangs(): Connections {
  const connect = buildConnector({});
  let hangs = true;
  return poolOf(
    new Agent({
      connect(options, callback) {
        if (!hangs) return connect(options, callback);
        hangs = false;
      },
    }),
  );
}

function poolOf(agent: Agent): Connections {
  return { dispatcher: new Dispatcher1Wrapper(agent), [Symbol.asyncDispose]: () => agent.destroy() };
}
