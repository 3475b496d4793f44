import type { KeyScheme } from '../scheme.ts';

// Characters allowed in both a header value (RFC 9110 section 5.5) and a String (RFC 9651 section 3.3.3).
const PRINTABLE = /^[!-~]([ -~]*[!-~])?$/;

/**
 * Returns the key if the server accepts it.
 *
 * @throws {RangeError} If the key is empty or too long, or contains characters that the header or the scheme forbids.
 */
export function checkKey(key: string, { maxLength, pattern }: KeyScheme): string {
  const isAllowed =
    typeof key === 'string' && PRINTABLE.test(key) && key.length <= maxLength && (!pattern || key.search(pattern) >= 0);
  if (isAllowed) return key;
  const also = pattern ? ` and match ${pattern}` : '';
  throw new RangeError(`intent.key must have 1 to ${maxLength} printable ASCII characters${also}, not ${String(key)}`);
}

/** Formats the key for the scheme's header. */
export function writtenKey(key: string, { format }: KeyScheme): string {
  return format === 'string' ? quotedKey(key) : key;
}

/** Formats the key as a String (RFC 9651 section 3.3.3), which escapes quotes and backslashes. */
export function quotedKey(key: string): string {
  return `"${key.replace(/["\\]/g, '\\$&')}"`;
}
