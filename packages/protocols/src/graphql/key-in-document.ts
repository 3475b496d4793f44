import { at } from '../shared/json.ts';
import { outlineOf } from './outline.ts';

const FIELD = /(?:\w+ : )?\w+ (?:\((\d+)\) )?((?:@ \w+ (?:\(\d+\) )?)*)(?:\{\d+\} )?/y;

/**
 * Whether every field of a mutation has an idempotency key, in Shopify's directive `@idempotent(key:)` or in an
 * argument that the caller named. Servers reject unknown arguments and directives, so they can't silently ignore a key.
 *
 * Source: https://shopify.dev/docs/api/usage/idempotent-requests
 *
 * @param selection - The selection set of the mutation. Fragments are not followed.
 * @param paths - The arguments as paths, such as `idempotencyKey` or `input.idempotencyKey`.
 * @param variables - The request's variables, which may contain a key.
 */
export function carriesKey(selection: string, paths: readonly string[], variables: unknown): boolean {
  const outline = outlineOf(selection);
  if (!outline) return false;
  const field = new RegExp(FIELD);
  while (field.lastIndex < outline.tokens.length) {
    const match = field.exec(outline.tokens);
    if (!match) return false;
    const [, directive] = /@ idempotent \((\d+)\) /.exec(match[2] ?? '') ?? [];
    const marked = hasValue(outline.contents[Number(directive)], ['key'], variables);
    if (!marked && !paths.some((path) => hasValue(outline.contents[Number(match[1])], path.split('.'), variables)))
      return false;
  }
  return outline.tokens !== '';
}

/** Whether the arguments have a nonblank string at a path, as text or in a variable. */
function hasValue(values = '', [name = '', ...rest]: readonly string[], variables: unknown): boolean {
  const outline = outlineOf(values);
  const found = new RegExp(`(?:^| )${name} : (?:"(\\d+)"|\\$ (\\w+)|\\{(\\d+)\\}) `).exec(outline?.tokens ?? '');
  const [, text, variable = '', object] = found ?? [];
  if (object) return hasValue(outline?.contents[Number(object)], rest, variables);
  const value = text ? rest.length === 0 && outline?.contents[Number(text)] : at(variables, variable, ...rest);
  return typeof value === 'string' && value.trim() !== '';
}
