import type { HeadersLike } from './decision/traits.ts';

type Value = string | readonly string[] | number | null | undefined;

/**
 * Header fields as clients keep them: `Headers`, a plain object, pairs, or names and values in turn (Node's raw
 * headers).
 */
export type HeadersSource =
  | HeadersLike
  | Readonly<Record<string, Value>>
  | readonly (readonly [string, Value])[]
  | readonly string[];

/**
 * Reads headers of any shape by their case-insensitive name. Several fields of one name become one value, joined by
 * `, ` (RFC 9110 section 5.3).
 *
 * @example
 * headersFrom({ 'Retry-After': '2' }).get('retry-after'); // '2'
 */
export function headersFrom(source: HeadersSource | undefined): HeadersLike {
  if (source === undefined) return NONE;
  if (source instanceof Map) return new HeadersReader([...source]);
  if (typeof (source as HeadersLike).get === 'function') return source as HeadersLike;
  return new HeadersReader(pairsOf(source as Exclude<HeadersSource, HeadersLike>));
}

const NONE: HeadersLike = /* @__PURE__ */ Object.freeze({ get: () => null });

class HeadersReader implements HeadersLike {
  readonly #pairs: readonly (readonly [string, Value])[];

  constructor(pairs: readonly (readonly [string, Value])[]) {
    this.#pairs = pairs;
  }

  get(name: string): string | null {
    const wanted = name.toLowerCase();
    let found: string | null = null;
    for (const [field, value] of this.#pairs) {
      if (value === null || value === undefined || field.length !== wanted.length || field.toLowerCase() !== wanted)
        continue;
      const text = Array.isArray(value) ? value.join(', ') : String(value).trim();
      found = found === null ? text : `${found}, ${text}`;
    }
    return found;
  }
}

function pairsOf(source: Exclude<HeadersSource, HeadersLike>): readonly (readonly [string, Value])[] {
  if (!Array.isArray(source)) return Object.entries(source as Record<string, Value>);
  if (Array.isArray(source[0])) return source as readonly (readonly [string, Value])[];
  return source.flatMap((name, index) =>
    index % 2 === 0 ? [[String(name), source[index + 1] as Value] as const] : [],
  );
}
