import type { Dispatcher } from 'undici';

type UndiciHeaders = NonNullable<Dispatcher.DispatchOptions['headers']> | null;

/**
 * A copy of the caller's headers, so that every attempt sends their state at the time of the call. Anything that
 * iterates over pairs becomes a list of names and values in turn. undici reports invalid ones.
 */
export function copyHeaders(headers: UndiciHeaders | undefined): UndiciHeaders {
  if (headers === null || headers === undefined) return null;
  if (Array.isArray(headers)) return [...headers];
  return isIterable(headers) ? ([...headers].flat() as string[]) : { ...headers };
}

/**
 * Headers with some added. Each replaces a header of the same name.
 *
 * @param headers - What `copyHeaders` returned.
 */
export function withHeaders(
  headers: UndiciHeaders | undefined,
  added: readonly (readonly [name: string, value: string])[],
): UndiciHeaders {
  const names = new Set(added.map(([name]) => name.toLowerCase()));
  const isAdded = (name: unknown): boolean => names.has(String(name).toLowerCase());
  if (Array.isArray(headers)) {
    const others = headers.filter((_, index) => !isAdded(headers[index - (index % 2)]));
    return [...others, ...added.flat()];
  }
  const others = Object.entries(headers ?? {}).filter(([name]) => !isAdded(name));
  return Object.fromEntries([...others, ...added]);
}

function isIterable(headers: object): headers is Iterable<readonly unknown[]> {
  return typeof (headers as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
}
