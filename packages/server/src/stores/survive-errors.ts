/** The part of an EventEmitter that matters here. */
interface Emitter {
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  off?(event: 'error', listener: (error: unknown) => void): unknown;
}

/** The emitters that have the listener. Two stores on one client need one. */
const listening = new WeakSet<object>();

function ignore(): void {}

/**
 * Keeps a database client from ending the process. node-redis and pg emit `error` when an idle connection breaks, and
 * an `error` without a listener is thrown. Errors stay visible, because each command rejects, and the handler reports
 * that.
 *
 * @returns Removes the listener.
 */
export function surviveErrors(client: object): () => void {
  if (listening.has(client)) return () => {};
  const emitter = client as Emitter;
  listening.add(client);
  emitter.on?.('error', ignore);
  return () => {
    listening.delete(client);
    emitter.off?.('error', ignore);
  };
}
