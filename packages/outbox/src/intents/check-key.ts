import type { KeyScheme } from '../scheme.ts';

// What a header value (RFC 9110 section 5.5) and a String (RFC 9651 section 3.3.3) can both hold.
const PRINTABLE = /^[!-~]([ -~]*[!-~])?$/;

/**
 * Returns the key if the server accepts it.
 *
 * @throws {RangeError} If it is empty, too long, or has characters that the header or the scheme forbids.
 */
export function checkKey(key: string, { maxLength, pattern }: KeyScheme): string {
  const isAllowed =
    typeof key === 'string' && PRINTABLE.test(key) && key.length <= maxLength && (!pattern || key.search(pattern) >= 0);
  if (isAllowed) return key;
  const also = pattern ? ` and match ${pattern}` : '';
  throw new RangeError(`intent.key must have 1 to ${maxLength} printable ASCII characters${also}, not ${String(key)}`);
}

/** The key as the scheme's header carries it. A String escapes quotes and backslashes (RFC 9651 section 3.3.3). */
export function writtenKey(key: string, { format }: KeyScheme): string {
  return format === 'string' ? `"${key.replace(/["\\]/g, '\\$&')}"` : key;
}
