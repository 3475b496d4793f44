import { at } from '../shared/json.ts';
import { outlineOf } from './outline.ts';

const FIELD = /(?:\w+ : )?\w+ (?:\((\d+)\) )?((?:@ \w+ (?:\(\d+\) )?)*)(?:\{\d+\} )?/y;

/**
 * Whether every field of a mutation carries an idempotency key: the directive `@idempotent(key:)`, as Shopify defines it, or
 * an argument that the caller named. A server rejects arguments and directives that it doesn't know, so a key is not ignored.
 *
 * Source: https://shopify.dev/docs/api/usage/idempotent-requests
 *
 * @param selection - The selection set of the mutation. Fragments are not followed.
 * @param paths - The arguments, as paths: `idempotencyKey`, `input.idempotencyKey`.
 * @param variables - The variables of the request, in which a key may be.
 */
export function carriesKey(selection: string, paths: readonly string[], variables: unknown): boolean {
  const outline = outlineOf(selection);
  if (!outline) return false;
  const field = new RegExp(FIELD);
  while (field.lastIndex < outline.tokens.length) {
    const match = field.exec(outline.tokens);
    if (!match) return false;
    const values = outline.contents[Number(match[1] ?? 0)] ?? '';
    const [, directive = 0] = /@ idempotent \((\d+)\) /.exec(match[2] ?? '') ?? [];
    const marked = hasValue(outline.contents[Number(directive)] ?? '', ['key'], variables);
    if (!marked && !paths.some((path) => hasValue(values, path.split('.'), variables))) return false;
  }
  return outline.tokens !== '';
}

/** Whether arguments give a string that is not empty at a path, as text or by a variable. */
function hasValue(values: string, [name = '', ...rest]: readonly string[], variables: unknown): boolean {
  const outline = outlineOf(values);
  const value = new RegExp(`(?:^| )${name} : (?:"(\\d+)"|\\$ (\\w+)|\\{(\\d+)\\}) `).exec(outline?.tokens ?? '');
  if (!outline || !value) return false;
  const [, text, variable, object] = value;
  if (variable !== undefined) return isKey(at(variables, variable, ...rest));
  if (object !== undefined) return rest.length > 0 && hasValue(outline.contents[Number(object)] ?? '', rest, variables);
  return rest.length === 0 && isKey(outline.contents[Number(text)]);
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
