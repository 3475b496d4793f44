import { at, isRecord, type JsonRecord } from '../shared/json.ts';

const DEEPEST = 32;

/**
 * Follows the references of a description (OpenAPI 3.1 section 4.8.23) within the same document.
 *
 * @returns The referenced object. Empty if the reference leads to another document, to a missing object, or back to
 *   itself.
 */
export function resolved(document: JsonRecord, value: unknown): JsonRecord {
  let found = value;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const reference = at(found, '$ref');
    if (typeof reference !== 'string') return isRecord(found) ? found : {};
    found = reference.startsWith('#/') ? at(document, ...pointer(reference)) : undefined;
  }
  return {};
}

/** Returns the names in a JSON Pointer that is the fragment of a URI (RFC 6901 section 6). */
function pointer(fragment: string): readonly string[] {
  return fragment
    .slice(2)
    .split('/')
    .map((name) => decoded(name).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Decodes percent-encoding. Returns malformed text unchanged. */
export function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
