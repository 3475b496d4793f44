type Added = readonly (readonly [name: string, value: string])[];

/** A copy of the caller's headers of the same kind, so that every attempt sends their state at the time of the call. */
export function copyHeaders(headers: HeadersInit): HeadersInit {
  if (Array.isArray(headers)) {
    // fetch says what is wrong with pairs that are none.
    return headers.map((pair: unknown) =>
      typeof pair === 'object' && pair !== null && isIterable(pair) ? ([...pair] as [string, string]) : (pair as never),
    );
  }
  if (isPlain(headers)) return { ...(headers as Record<string, string>) };
  const Kind = headersClassOf(headers);
  if (Kind) return new Kind(headers);
  // An iterator gives its pairs only once.
  return isIterable(headers) ? copyHeaders([...headers] as [string, string][]) : headers;
}

/**
 * The class `Headers` of an object. It is the runtime's own, or that of npm undici, which keeps the case of names only
 * in its own. Not a class that a caller derived from it, whose constructor may take anything.
 */
function headersClassOf(headers: object): typeof Headers | undefined {
  for (let each: object | null = headers; each; each = Object.getPrototypeOf(each)) {
    const { constructor: Kind } = each;
    if (Object.hasOwn(each, 'constructor') && Kind?.name === 'Headers') return Kind as typeof Headers;
  }
  return undefined;
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
}

/**
 * The caller's headers with some added. Each replaces a header of the same name. All others stay unchanged, even
 * invalid ones, so that fetch reports them.
 */
export function withHeaders(headers: HeadersInit | undefined, added: Added): HeadersInit {
  if (headers === undefined || headers === null) return Object.fromEntries(added);
  if (Array.isArray(headers))
    return [...headers.filter((pair) => !isAdded((pair as unknown[])?.[0], added)), ...added.map(toPair)];
  if (isPlain(headers)) {
    const result = { ...(headers as Record<string, string>) };
    for (const name of Object.keys(result)) if (isAdded(name, added)) delete result[name];
    for (const [name, value] of added) result[name] = value;
    return result;
  }
  const result = new (headersClassOf(headers) ?? Headers)(headers);
  for (const [name, value] of added) result.set(name, value);
  return result;
}

function isAdded(name: unknown, added: Added): boolean {
  for (const [each] of added)
    if (each.length === (name as string)?.length && each.toLowerCase() === String(name).toLowerCase()) return true;
  return false;
}

function toPair([name, value]: Added[number]): [string, string] {
  return [name, value];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
