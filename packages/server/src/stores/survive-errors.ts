/** The part of an EventEmitter that matters here. */
interface Emitter {
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  off?(event: 'error', listener: (error: unknown) => void): unknown;
}

function ignore(): void {}

/**
 * Keeps a database client from ending the process. node-redis and pg emit `error` when an idle connection breaks, and an
 * `error` without a listener is thrown. Nothing is hidden: each command rejects, and the handler reports that.
 *
 * @returns Removes the listener.
 */
export function surviveErrors(client: object): () => void {
  const emitter = client as Emitter;
  emitter.on?.('error', ignore);
  return () => emitter.off?.('error', ignore);
}
