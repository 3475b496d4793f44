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
  if (headers === undefined || headers === null) return added.map(([name, value]) => [name, value]);
  const isAdded = (name: unknown): boolean =>
    added.some(([each]) => each.length === String(name).length && each.toLowerCase() === String(name).toLowerCase());
  if (Array.isArray(headers)) {
    return [...headers.filter((pair) => !isAdded((pair as unknown[] | undefined)?.[0])), ...added.map(toPair)];
  }
  if (isPlain(headers)) {
    const result: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers as Record<string, string>))
      if (!isAdded(name)) result[name] = value;
    for (const [name, value] of added) result[name] = value;
    return result;
  }
  const Kind = headers.constructor as typeof Headers;
  const result = new (typeof (headers as Headers).get === 'function' ? Kind : Headers)(headers);
  for (const [name, value] of added) result.set(name, value);
  return result;
}

function toPair([name, value]: Added[number]): [string, string] {
  return [name, value];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
