import { decoded } from './references.ts';

/**
 * One segment of a path template.
 *
 * - `literal`: exactly this text.
 * - `partial`: literal pieces around parameters, such as `{Sid}.json`.
 * - `parameter`: any nonempty text.
 * - `rest`: one or more segments, which GitHub marks with `x-multi-segment`.
 */
export type Segment =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'partial'; readonly pieces: readonly string[] }
  | { readonly type: 'parameter' }
  | { readonly type: 'rest' };

const PARAMETER = /\{([^{}]*)\}/;

/**
 * Splits a path template into segments (OpenAPI 3.1 section 4.8.8.2).
 *
 * @param multiple - The parameters that span several segments.
 */
export function segmentsOf(template: string, multiple: ReadonlySet<string> = new Set()): readonly Segment[] {
  const [path = ''] = template.split(/[?#]/, 1);
  return path
    .replace(/^\//, '')
    .split('/')
    .map((text): Segment => {
      const [before = '', name, ...after] = text.split(PARAMETER);
      if (name === undefined) return { type: 'literal', text: decoded(before) };
      if (before !== '' || after.join('') !== '') return { type: 'partial', pieces: piecesOf(text) };
      return { type: multiple.has(name) ? 'rest' : 'parameter' };
    });
}

/** Returns the literal text before, between and after the parameters of a segment or a host name. */
export function piecesOf(text: string): readonly string[] {
  return text
    .split(new RegExp(PARAMETER, 'g'))
    .filter((_, index) => index % 2 === 0)
    .map(decoded);
}

/**
 * Whether text consists of the pieces in order, with at least one character for each parameter between them. Runs in
 * linear time.
 */
export function fits(text: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, from + 1);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - last.length > from && text.endsWith(last);
}
