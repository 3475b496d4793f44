import { systemClock } from './clock.ts';
import { shared } from './shared.ts';

type Lanes = [number, number, number, number];

/**
 * Odd multipliers. They are random, so that two bodies that look equal can't be prepared. Workers load without chance.
 */
const secrets = /* @__PURE__ */ shared('content.1', () => ({ multipliers: undefined as Lanes | undefined }));

/** Blobs can't be read immediately. They never change, so the same object has the same content. */
const blobs = /* @__PURE__ */ shared('blobs.1', () => ({ ids: new WeakMap<object, number>(), last: 0 }));

/**
 * Identifies what a request sends: a keyed hash of 128 bits and the length. Copies of the same content have the same
 * one.
 *
 * @param body - Text, bytes, a form or a Blob; a list of them, for chunks; or a function that returns one of these
 *   later.
 * @returns undefined if the body cannot be compared, such as a stream.
 */
export function contentOf(body: unknown): string | undefined {
  const [first, second, third, fourth] = secretLanes();
  let [a, b, c, d]: Lanes = [first, second, third, fourth];
  let length = 0;
  const isComparable = read(body, (bytes) => {
    length += bytes.length;
    for (const byte of bytes) {
      a = Math.imul(a ^ byte, first);
      b = Math.imul(b ^ byte, second);
      c = Math.imul(c ^ byte, third);
      d = Math.imul(d ^ byte, fourth);
    }
  });
  return isComparable ? [length, a, b, c, d].join() : undefined;
}

/** Gives the bytes of a body to `add`. Returns whether they can be known. */
function read(body: unknown, add: (bytes: Uint8Array) => void): boolean {
  if (body === undefined || body === null) return true;
  if (typeof body === 'function') {
    const later: unknown = body();
    return later !== undefined && typeof later !== 'function' && read(later, add);
  }
  if (Array.isArray(body)) return body.every((part) => read(part, add));
  if (body instanceof ArrayBuffer) add(new Uint8Array(body));
  else if (ArrayBuffer.isView(body)) add(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  else {
    const text = textOf(body);
    if (text === undefined) return false;
    add(new TextEncoder().encode(text));
  }
  return true;
}

function textOf(body: unknown): string | undefined {
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body);
  if (isA('FormData', body)) return JSON.stringify([...body].map(([name, value]) => [name, fieldOf(value)]));
  return isA('Blob', body) ? JSON.stringify(fieldOf(body)) : undefined;
}

/** A field of a form: its text, or a number for a file. */
function fieldOf(value: string | Blob): string | number {
  if (typeof value === 'string') return value;
  const known = blobs.ids.get(value) ?? ++blobs.last;
  blobs.ids.set(value, known);
  return known;
}

/** Whether a value is an instance of a platform class, which not every runtime has. */
function isA<Name extends 'FormData' | 'Blob'>(
  name: Name,
  value: unknown,
): value is InstanceType<(typeof globalThis)[Name]> {
  const Kind: unknown = globalThis[name];
  return typeof Kind === 'function' && value instanceof Kind;
}

function secretLanes(): Lanes {
  const odd = (): number => (systemClock.random() * 2 ** 32) | 1;
  secrets.multipliers ??= [odd(), odd(), odd(), odd()];
  return secrets.multipliers;
}
