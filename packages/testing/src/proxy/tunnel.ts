import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { hostOf } from './http1-passage.ts';

/** Passes an upgraded connection on, such as a WebSocket, byte by byte and without faults. */
export function tunnel(request: IncomingMessage, socket: Socket, head: Buffer, to: URL): void {
  const onward = connect(Number(to.port || 80), hostOf(to), () => {
    const { method, url, rawHeaders } = request;
    const lines = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  onward.on('error', () => {}).once('close', () => socket.destroy());
  socket.on('error', () => {}).once('close', () => onward.destroy());
}
