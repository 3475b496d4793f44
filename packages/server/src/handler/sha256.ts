// FIPS 180-4 section 4.2.2: the fractional parts of the cube roots of the first 64 primes, and (section 5.3.3) of the
// square roots of the first 8.
const ROUND_CONSTANTS = constants(64, 1 / 3);
const INITIAL = constants(8, 1 / 2);
const BLOCK_BYTES = 64;

/**
 * The SHA-256 digest of bytes, computed here and now.
 *
 * Web Crypto sends each digest to a thread, which takes longer than a small digest itself: it halved the throughput of
 * a busy server. Large inputs are better off there.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const blocks = padded(bytes);
  const words = new DataView(blocks.buffer);
  const state = INITIAL.slice();
  for (let offset = 0; offset < blocks.length; offset += BLOCK_BYTES) compress(state, words, offset);
  const digest = new DataView(new ArrayBuffer(32));
  for (let index = 0; index < 8; index += 1) digest.setInt32(4 * index, at(state, index));
  return new Uint8Array(digest.buffer);
}

/** FIPS 180-4 section 5.1.1: a one, zeros, and the length in bits, up to a whole number of blocks. */
function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(bytes.length / 0x2000_0000));
  view.setUint32(blocks.length - 4, bytes.length << 3);
  return blocks;
}

const schedule = new Int32Array(64);

// The typed arrays are never read out of bounds, which the type system cannot know, hence `at`. No destructuring: V8
// runs it through iterators, ten times as slow here.
const at = (words: Int32Array, index: number): number => words[index] as number;

/** FIPS 180-4 section 6.2.2. */
function compress(state: Int32Array, blocks: DataView, offset: number): void {
  for (let t = 0; t < 16; t += 1) schedule[t] = blocks.getInt32(offset + 4 * t);
  for (let t = 16; t < 64; t += 1) {
    const w15 = at(schedule, t - 15);
    const w2 = at(schedule, t - 2);
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[t] = at(schedule, t - 16) + s0 + at(schedule, t - 7) + s1;
  }
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let t = 0; t < 64; t += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUND_CONSTANTS, t) + at(schedule, t)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
  state[5] = at(state, 5) + f;
  state[6] = at(state, 6) + g;
  state[7] = at(state, 7) + h;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits of the fractional parts of roots of the first primes. */
function constants(count: number, exponent: number): Int32Array {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return Int32Array.from(primes, (prime) => (prime ** exponent % 1) * 2 ** 32);
}
