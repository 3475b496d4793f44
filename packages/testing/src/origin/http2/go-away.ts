import type { Socket } from 'node:net';

// RFC 9113: section 3.4 (preface), 4.1 (frame header), 6 (types).
const PREFACE_LENGTH = 24;
const HEADER_LENGTH = 9;
const HEADERS = 0x1;
const SETTINGS = 0x4;
const GOAWAY = 0x7;

function frame(type: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  return Buffer.concat([header, payload]);
}

function hasHeaders(received: Buffer): boolean {
  let offset = PREFACE_LENGTH;
  while (offset + HEADER_LENGTH <= received.length) {
    if (received[offset + 3] === HEADERS) return true;
    offset += HEADER_LENGTH + received.readUIntBE(offset, 3);
  }
  return false;
}

/**
 * Implements just enough HTTP/2 to accept a request and send a GOAWAY that excludes every stream. node:http2 can't do
 * this, because it reads a last stream of 0 as the last stream that it received.
 *
 * @example
 * import { createServer } from 'node:tls';
 * const server = createServer({ cert, key, ALPNProtocols: ['h2'] }, goAwayBelowTheFirstStream);
 */
export function goAwayBelowTheFirstStream(socket: Socket): void {
  let received = Buffer.alloc(0);
  socket.on('error', () => {}).write(frame(SETTINGS));
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    // Last stream 0, code NO_ERROR.
    if (hasHeaders(received)) socket.end(frame(GOAWAY, Buffer.alloc(8)));
  });
}
