import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { headersFrom } from '@twicesafe/core/adapter';

const DECODERS = { gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync, br: brotliDecompressSync } as const;

/**
 * The bytes of a body as text. Undici's dispatchers leave the decoding to their caller.
 *
 * @returns undefined if the text would be longer, or if the encoding is unknown or broken.
 */
export function textOf(bytes: Uint8Array | undefined, headers: object, maxBytes: number): string | undefined {
  if (!bytes) return undefined;
  const coding = (headersFrom(headers as Readonly<Record<string, string>>).get('content-encoding') ?? '')
    .trim()
    .toLowerCase();
  const text = new TextDecoder();
  if (coding === '' || coding === 'identity') return text.decode(bytes);
  try {
    const decode = DECODERS[coding as keyof typeof DECODERS];
    return decode && text.decode(decode(bytes, { maxOutputLength: maxBytes }));
  } catch {
    return undefined;
  }
}
