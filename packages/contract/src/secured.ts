import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { cert, key } from './certificate.ts';

/** The server's side of TLS on a connection. A reset is one of the connection itself, with no alert before it. */
export function secured(raw: Socket): TLSSocket {
  const socket = new TLSSocket(raw, { isServer: true, key, cert });
  socket.on('error', () => {});
  return Object.assign(socket, { resetAndDestroy: () => raw.resetAndDestroy() });
}
