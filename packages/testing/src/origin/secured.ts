import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { cert, key } from './certificate.ts';

/**
 * An unencrypted fatal alert, handshake_failure (RFC 8446 section 6). The client that reads it ends the connection with
 * an error.
 */
const ALERT = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);

const alerts = new WeakMap<Socket, () => void>();

/** Ends a connection with an unexpected alert. Only for TLS. Otherwise it does nothing. */
export function sendAlert(socket: Socket): void {
  alerts.get(socket)?.();
}

/** The server's side of TLS on a connection. A reset concerns the connection itself, without an alert before it. */
export function secured(raw: Socket): TLSSocket {
  const socket = new TLSSocket(raw, { isServer: true, key, cert });
  socket.on('error', () => {});
  alerts.set(socket, () => raw.write(ALERT, () => raw.destroy()));
  return Object.assign(socket, { resetAndDestroy: () => raw.resetAndDestroy() });
}
