import { sha256 } from './sha256.ts';

const encoder = new TextEncoder();

// Below it a digest takes less time than a thread takes to answer. Above it, it would block the event loop.
const SMALL_BYTES = 2_048;

/** The SHA-256 digest of a text, or of a text followed by bytes, in hexadecimal. */
export function digest(text: string, bytes?: Uint8Array): string | Promise<string> {
  const prefix = encoder.encode(text);
  const input = bytes === undefined ? prefix : new Uint8Array(prefix.length + bytes.length);
  if (bytes !== undefined) {
    input.set(prefix);
    input.set(bytes, prefix.length);
  }
  return input.length <= SMALL_BYTES ? hexadecimal(sha256(input)) : largeDigest(input);
}

async function largeDigest(input: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexadecimal(new Uint8Array(await crypto.subtle.digest('SHA-256', input)));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as hexadecimal digits. */
export function hexadecimal(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += HEX[byte];
  return digits;
}
