import type { Dispatcher } from 'undici';

type UndiciHeaders = NonNullable<Dispatcher.DispatchOptions['headers']> | null;

/**
 * A copy of the caller's headers, so that every attempt sends what they were when the call was made. Undici reports what is wrong
 * with invalid ones.
 */
export function copyHeaders(headers: UndiciHeaders | undefined): UndiciHeaders {
  if (headers === null || headers === undefined) return null;
  return isIterable(headers) ? ([...headers] as string[]) : { ...headers };
}

/** The caller's headers with some added. Each replaces a header of the same name. */
export function withHeaders(
  headers: UndiciHeaders | undefined,
  added: readonly (readonly [name: string, value: string])[],
): UndiciHeaders {
  if (added.length === 0) return headers ?? null;
  const names = new Set(added.map(([name]) => name.toLowerCase()));
  const isAdded = (name: unknown): boolean => names.has(String(name).toLowerCase());
  if (headers === null || headers === undefined) return Object.fromEntries(added);
  if (!isIterable(headers)) {
    const others = Object.entries(headers).filter(([name]) => !isAdded(name));
    return Object.fromEntries([...others, ...added]);
  }
  const list: unknown[] = [...headers];
  const isPairs = list.every((each) => Array.isArray(each));
  const others = list.filter((each, index) => !isAdded(isPairs ? (each as unknown[])[0] : list[index - (index % 2)]));
  return [...others, ...(isPairs ? added : added.flat())] as string[];
}

function isIterable(headers: object): headers is Iterable<unknown> {
  return typeof (headers as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
}
