let scopes = 0;

/** A number for each client, so that equal calls of two clients, which may belong to two users, stay apart. */
export function newScope(): number {
  scopes++;
  return scopes;
}

/**
 * An input as text to compare: two inputs with the same text are sent as the same bytes.
 *
 * @returns undefined for an input that cannot be compared, such as one with a file, a Map or an object of a class.
 */
export function comparable(input: unknown): string | undefined {
  try {
    return JSON.stringify({ input }, plain);
  } catch {
    return undefined;
  }
}

/** An input as protocols read it, or undefined if it is no JSON. */
export function jsonOf(input: unknown): string | undefined {
  try {
    return JSON.stringify(input, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  } catch {
    return undefined;
  }
}

/** Each value as text with its type, because JSON writes some alike. */
function plain(this: unknown, name: string, value: unknown): unknown {
  const given: unknown = (this as Record<string, unknown>)[name];
  if (typeof given === 'object' && given !== null) return plainObject(given, value);
  if (typeof given === 'function' || typeof given === 'symbol') throw new TypeError('cannot be compared');
  return `${typeof given} ${Object.is(given, -0) ? '-0' : given}`;
}

function plainObject(given: object, value: unknown): unknown {
  if (given instanceof Uint8Array) return `bytes ${given.join()}`;
  if (given instanceof Date) return `date ${Number(given)}`;
  if (Array.isArray(given) || isPlain(given)) return value;
  throw new TypeError('cannot be compared');
}

/** A plain object, or a message of Protocol Buffers. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || '$typeName' in value;
}
