type Added = readonly (readonly [name: string, value: string])[];

/** A copy of the caller's headers of the same kind, so that every attempt sends their state at the time of the call. */
export function copyHeaders(headers: HeadersInit): HeadersInit {
  const Kind = headersClassOf(headers);
  if (Kind) return new Kind(headers);
  if (!isIterable(headers)) return { ...(headers as Record<string, string>) };
  // An iterator gives its pairs only once. And fetch says what is wrong with pairs that are none.
  return [...headers].map((pair) => (isIterable(pair) ? [...pair] : pair)) as [string, string][];
}

/**
 * The class `Headers` of an object. It is the runtime's own, or that of npm undici, which keeps the case of names only
 * in its own. Not a class that a caller derived from it, whose constructor may take anything.
 */
function headersClassOf(headers: object): typeof Headers | undefined {
  for (let each: object | null = headers; each; each = Object.getPrototypeOf(each))
    if (each.constructor?.name === 'Headers') return each.constructor as typeof Headers;
  return undefined;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return Object(value) === value && typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
}

/**
 * The caller's headers with some added. Each replaces a header of the same name. All others stay unchanged, even
 * invalid ones, so that fetch reports them.
 */
export function withHeaders(headers: HeadersInit | undefined, added: Added): HeadersInit {
  if (headers === undefined) return Object.fromEntries(added);
  if (Array.isArray(headers)) return [...headers.filter((pair) => !isAdded(pair?.[0], added)), ...(added as [])];
  if (isPlain(headers)) {
    const result = { ...(headers as Record<string, string>) };
    for (const name of Object.keys(result)) if (isAdded(name, added)) delete result[name];
    return Object.assign(result, Object.fromEntries(added));
  }
  const result = new (headersClassOf(headers) ?? Headers)(headers);
  for (const [name, value] of added) result.set(name, value);
  return result;
}

function isAdded(name: unknown, added: Added): boolean {
  return added.some(([each]) => each.toLowerCase() === String(name).toLowerCase());
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
