import type { GateChannel } from '@twicesafe/fetch';

/** Shares pauses among the threads of a process, or the tabs of a browser. */
export function broadcastGate(name: string): GateChannel & Disposable {
  const channel = new BroadcastChannel(name);
  if ('unref' in channel && typeof channel.unref === 'function') channel.unref(); // Node: the process may end
  return {
    publish: (origin, pauseMs) => channel.postMessage({ origin, pauseMs }),
    subscribe: (closed) => channel.addEventListener('message', ({ data }) => closed(data.origin, data.pauseMs)),
    [Symbol.dispose]: () => channel.close(),
  };
}
