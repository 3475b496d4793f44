import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Node publishes every socket that `net.connect` makes here, before it connects. */
const CHANNEL = 'net.client.socket';

/**
 * Counts the connections to 127.0.0.1 that this process tries to open on a closed port.
 *
 * @param onRefusal - Called with the number of refusals so far, before the client receives the last one.
 * @returns what stops the count.
 */
export function nextRefusals(port: number, onRefusal: (number: number) => void): Disposable {
  let count = 0;
  let open = true;
  const onSocket = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.prependOnceListener('error', (error) => {
      if (!open || !isRefusal(error, port)) return;
      count += 1;
      onRefusal(count);
    });
  };
  subscribe(CHANNEL, onSocket);
  return {
    [Symbol.dispose]: () => {
      open = false;
      unsubscribe(CHANNEL, onSocket);
    },
  };
}

/** A name with several addresses fails with an AggregateError of one error for each. */
function isRefusal(error: Error & { readonly code?: string; readonly port?: number }, port: number): boolean {
  if (error instanceof AggregateError) return error.errors.some((each) => isRefusal(each, port));
  return error.code === 'ECONNREFUSED' && error.port === port;
}
