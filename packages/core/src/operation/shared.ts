/**
 * One value for the whole process, even if two copies of twicesafe are installed. Reports, guards and policies of one
 * copy work with the other.
 *
 * @param name - Names the value and the version of its shape.
 * @param create - Creates the value if it doesn't exist yet.
 * @example
 * const reports = shared('reports.1', () => new WeakMap<object, Report>());
 */
export function shared<Value>(name: string, create: () => Value): Value {
  const scope = globalThis as unknown as Record<symbol, Value | undefined>;
  const key = Symbol.for(`twicesafe.${name}`);
  const known = scope[key];
  if (known !== undefined) return known;
  const value = create();
  Object.defineProperty(globalThis, key, { value });
  return value;
}
