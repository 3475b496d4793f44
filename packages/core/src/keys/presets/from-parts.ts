import { sha1 } from './sha1.ts';

// A random UUID as namespace, so that keys made here differ from other names that are hashed by the same standard.
const TWICESAFE = 'a3f52573-e837-4020-979a-e0e1a50ef9ab';

/**
 * Derives a key from parts. The same parts make the same key on every machine and in every run. Use it for a workflow
 * step that may run again after a crash. Pass parts that name the operation (the run, the step, the item) and stay the
 * same when it runs again.
 *
 * The key is the UUIDv5 (RFC 9562 section 5.5) of the parts as a JSON array, so `'a', 'bc'` and `'ab', 'c'` make two
 * keys. The key isn't secret, because anyone who knows the parts can compute it.
 *
 * @param namespace - The name of your application, which separates your keys from those of other users of the same
 *   account.
 * @throws {TypeError} For a part that is not a string.
 * @throws {RangeError} If a part is empty or missing, because all operations would then get the same key.
 * @example
 * const key = keys.fromParts('shop', run.id, 'pay', order.id);
 */
export function fromParts(namespace: string, ...parts: string[]): string {
  if (parts.length === 0) throw new RangeError('keys.fromParts needs a namespace and at least one part');
  const names = [namespace, ...parts];
  for (const [index, part] of names.entries()) {
    const name = index === 0 ? 'namespace' : `part ${index}`;
    if (typeof part !== 'string') throw new TypeError(`keys.fromParts: ${name} must be a string, not ${typeof part}`);
    if (part === '') throw new RangeError(`keys.fromParts: ${name} must not be empty`);
  }
  return uuidV5(TWICESAFE, JSON.stringify(names));
}

/**
 * A UUID made from a name (RFC 9562 section 5.5).
 *
 * @param namespace - A UUID.
 */
export function uuidV5(namespace: string, name: string): string {
  const digits = namespace.replaceAll('-', '');
  const prefix = Array.from({ length: 16 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
  const bytes = sha1(Uint8Array.from([...prefix, ...new TextEncoder().encode(name)]));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
