/** A JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Parses JSON text, which may begin with a byte order mark. Returns undefined if the text isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with members: neither null nor an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own member at a path of names, or undefined. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as JsonRecord)[name];
  }
  return found;
}

/** The members of a batch, or the one that is none. */
export function listOf(payload: unknown): readonly unknown[] {
  return Array.isArray(payload) ? payload : [payload];
}

/** A string or a number as text, and an empty string for all else: JSON may hold objects that can't be converted to a string. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

/** A number, and NaN for all else. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
