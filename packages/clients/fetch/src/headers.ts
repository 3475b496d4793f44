type Added = readonly (readonly [name: string, value: string])[];

/** A copy of the caller's headers of the same kind, so that every attempt sends what they were when the call was made. */
export function copyHeaders(headers: HeadersInit): HeadersInit {
  if (Array.isArray(headers)) {
    // fetch says what is wrong with pairs that are none.
    return headers.map((pair) => (Array.isArray(pair) ? ([...pair] as [string, string]) : pair));
  }
  if (isPlain(headers)) return { ...(headers as Record<string, string>) };
  // npm undici's Headers keep the case of their names only in their own class.
  const Kind = headers.constructor as typeof Headers;
  return typeof (headers as Headers).get === 'function' && typeof Kind === 'function' ? new Kind(headers) : headers;
}

/**
 * The caller's headers with some added. Each replaces a header of the same name; all others stay as they are, also invalid ones:
 * fetch says what is wrong with them.
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
  const Kind = headers.constructor as typeof Headers;
  const result = new (typeof (headers as Headers).get === 'function' ? Kind : Headers)(headers);
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
