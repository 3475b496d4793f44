const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as const;

/**
 * SHA-1 (FIPS 180-4 section 6.1). To name things, not to protect them. Web Crypto has it too, but answers with a
 * promise.
 *
 * @returns 20 bytes.
 */
export function sha1(message: Uint8Array): Uint8Array {
  const padded = pad(message);
  const words = new DataView(new ArrayBuffer(320));
  const word = (t: number) => words.getInt32(t * 4);
  let [h0, h1, h2, h3, h4]: [number, number, number, number, number] = [...INITIAL];

  for (let block = 0; block < padded.byteLength; block += 64) {
    let [a, b, c, d, e] = [h0, h1, h2, h3, h4];
    for (let t = 0; t < 80; t += 1) {
      const value =
        t < 16 ? padded.getInt32(block + t * 4) : rotate(word(t - 3) ^ word(t - 8) ^ word(t - 14) ^ word(t - 16), 1);
      words.setInt32(t * 4, value);
      const next = rotate(a, 5) + mix(t, b, c, d) + e + value;
      [a, b, c, d, e] = [next, a, rotate(b, 30), c, d];
    }
    [h0, h1, h2, h3, h4] = [(h0 + a) | 0, (h1 + b) | 0, (h2 + c) | 0, (h3 + d) | 0, (h4 + e) | 0];
  }

  const digest = new DataView(new ArrayBuffer(20));
  for (const [index, value] of [h0, h1, h2, h3, h4].entries()) digest.setInt32(index * 4, value);
  return new Uint8Array(digest.buffer);
}

/** Section 5.1.1: a 1 bit, zeros, and the length in bits as the last 64 bits of a block. */
function pad(message: Uint8Array): DataView {
  const bytes = new Uint8Array(((message.length + 8) >> 6) * 64 + 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return view;
}

/** Sections 4.1.1 and 4.2.1: the function and the constant of round `t`. */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
