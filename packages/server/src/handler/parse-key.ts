const MAX_LENGTH = 255;

// A String of RFC 9651 section 3.3.3, then parameters (section 3.1.2), which are allowed and ignored.
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"(?: *; *[a-z*][\w.*-]*(?:=(?:"(?:[ !#-[\]-~]|\\["\\])*"|[^\s",;]+))?)*$/;
// What nearly every vendor takes: visible ASCII without the characters that quote, list or end a String.
const BARE = /^[!#-+\--:<-[\]-~]+$/;

/**
 * Parses the value of an `Idempotency-Key` header: a quoted String, as the IETF draft requires, or a bare token. `"k"`
 * and `k` are the same key.
 *
 * @returns The key, 1 to 255 characters long, or undefined if the value is not a single key. Several header lines
 *   arrive joined with a comma, which a bare key can't contain.
 * @see draft-ietf-httpapi-idempotency-key-header-07 section 2.1
 */
export function parseKey(value: string): string | undefined {
  const quoted = QUOTED.exec(value)?.[1]?.replace(/\\(.)/g, '$1');
  const key = quoted ?? (BARE.test(value) ? value : undefined);
  return key !== undefined && key.length >= 1 && key.length <= MAX_LENGTH ? key : undefined;
}
