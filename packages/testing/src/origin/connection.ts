import type { Socket } from 'node:net';
import type { Processing } from '../ledger/ledger.ts';
import type { Act } from './act.ts';
import { ByteInput, ConnectionOver } from './byte-input.ts';
import { Exchange } from './exchange.ts';
import { type ReceivedRequest, startRecord } from './received-request.ts';
import { announcesBody, MalformedRequest, readHead } from './request-reader.ts';

/** What a connection asks of its origin. */
export interface ConnectionHost {
  record(request: ReceivedRequest): void;
  /** The act for the request that was just recorded. */
  nextAct(request: ReceivedRequest): Act;
  apply(request: ReceivedRequest): Processing;
  wantsNewConnection(): boolean;
}

/**
 * Plays one act per request until the connection is over. Resolves when the socket has closed.
 *
 * @throws bugs of this package, which are all errors except the end of the connection and the client's mistakes.
 */
export async function serveConnection(socket: Socket, number: number, host: ConnectionHost): Promise<void> {
  const closing = new AbortController();
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      closing.abort();
      resolve();
    });
  });

  try {
    await serveRequests(socket, number, host, closing.signal);
  } catch (error) {
    if (error instanceof MalformedRequest) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    // The socket's own error comes before its close.
    else if (!(error instanceof ConnectionOver || closing.signal.aborted || error === socket.errored)) {
      socket.destroy();
      throw error;
    }
  }
  await closed;
}

async function serveRequests(socket: Socket, number: number, host: ConnectionHost, closed: AbortSignal): Promise<void> {
  const input = new ByteInput(socket);
  for (;;) {
    const head = await readHead(input);
    const record = startRecord(head, number);
    if (!announcesBody(head.headers)) record.complete();
    host.record(record.request);

    const act = host.nextAct(record.request);
    if (act.on === 'accept') {
      // This connection was already open when its act came up; a reset is still what the script asked for.
      socket.resetAndDestroy();
      return;
    }
    const exchange = new Exchange({
      socket,
      input,
      record,
      closed,
      apply: (request) => host.apply(request),
      wantsNewConnection: () => host.wantsNewConnection(),
    });
    if ((await act.play(exchange)) === 'finished') return;
  }
}
