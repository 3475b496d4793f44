import { parseJson } from '../shared/json.ts';
import { bytesOf } from './protobuf.ts';

/** The flag of the frame that ends a Connect stream: https://connectrpc.com/docs/protocol#streaming-response */
const END_STREAM = 0x02;
/** The flag of the frame that holds trailers: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md */
const TRAILERS = 0x80;

/**
 * Reads the message that ends a Connect stream.
 *
 * @returns The JSON of the last frame. Undefined if the stream was cut off before it, which makes the outcome unknown.
 * @example
 * const end = endOfStream(new Uint8Array(await response.arrayBuffer()));
 * if (end === undefined) console.log('the stream was cut off');
 */
export function endOfStream(body: Uint8Array): unknown {
  const frame = lastFrame(body);
  return frame && frame.flags === END_STREAM ? parseJson(new TextDecoder().decode(frame.data)) : undefined;
}

/**
 * Reads the trailers of a gRPC-Web response. Converts their names to lowercase.
 *
 * @param body - The body as bytes, or as base64 text for `application/grpc-web-text`.
 * @returns The trailers. Undefined if the response was cut off before them, which makes the outcome unknown.
 * @example
 * const trailers = trailersOf(new Uint8Array(await response.arrayBuffer()));
 * const status = trailers?.get('grpc-status'); // '0' means success
 */
export function trailersOf(body: Uint8Array | string): ReadonlyMap<string, string> | undefined {
  const bytes = typeof body === 'string' ? bytesOfText(body) : body;
  const frame = bytes && lastFrame(bytes);
  if (!frame || frame.flags !== TRAILERS) return undefined;
  const lines = new TextDecoder().decode(frame.data).split('\r\n');
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const] : [];
    }),
  );
}

/**
 * Returns the last frame, or undefined if the body doesn't end exactly at the end of a frame. A frame has one byte of
 * flags, four bytes of length, and data.
 */
function lastFrame(bytes: Uint8Array): { readonly flags: number; readonly data: Uint8Array } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start + 5 <= bytes.length; ) {
    const end = start + 5 + view.getUint32(start + 1);
    if (end === bytes.length) return { flags: view.getUint8(start), data: bytes.subarray(start + 5, end) };
    start = end;
  }
  return undefined;
}

/** Decodes base64 text. If the text has several frames, each of them may end with padding. */
function bytesOfText(text: string): Uint8Array | undefined {
  const parts = text.split(/(?<==)(?!=)/).map(bytesOf);
  if (!parts.every((part) => part !== undefined)) return undefined;
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
