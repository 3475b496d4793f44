import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { headersFrom } from '@twicesafe/core/adapter';

type Decode = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

const DECODERS: Readonly<Record<string, Decode>> = {
  identity: (bytes) => bytes,
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/**
 * The bytes of a body as text. Undici's dispatchers leave the decoding to their caller.
 *
 * @returns undefined if the text would be longer, or if the encoding is unknown or broken.
 */
export function textOf(bytes: Uint8Array, headers: object, maxBytes: number): string | undefined {
  const coding = headersFrom(headers as Readonly<Record<string, string>>).get('content-encoding');
  try {
    const decode = DECODERS[coding?.toLowerCase() || 'identity'] as Decode;
    return new TextDecoder().decode(decode(bytes, { maxOutputLength: maxBytes }));
  } catch {
    // Unknown, broken or too long.
  }
  return undefined;
}
