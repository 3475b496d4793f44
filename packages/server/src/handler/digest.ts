const encoder = new TextEncoder();

/** The SHA-256 digest of a text, or of a text followed by bytes, in hexadecimal. */
export async function digest(text: string, bytes?: Uint8Array): Promise<string> {
  const prefix = encoder.encode(text);
  const input = bytes === undefined ? prefix : new Uint8Array(prefix.length + bytes.length);
  if (bytes !== undefined) {
    input.set(prefix);
    input.set(bytes, prefix.length);
  }
  return hexadecimal(new Uint8Array(await crypto.subtle.digest('SHA-256', input)));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as hexadecimal digits. */
export function hexadecimal(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += HEX[byte];
  return digits;
}
