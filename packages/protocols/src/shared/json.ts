/** A JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Parses JSON text, which may start with a byte order mark. Returns undefined if the text isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object other than null or an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the own property at a path of names, or undefined. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as JsonRecord)[name];
  }
  return found;
}

/** Returns the members of a batch, or a list with the single payload. */
export function listOf(payload: unknown): readonly unknown[] {
  return Array.isArray(payload) ? payload : [payload];
}

/**
 * Returns a string or a number as text, and an empty string for other values, because some JSON objects can't become
 * strings.
 */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

/** Returns a number, or NaN for any other value. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
