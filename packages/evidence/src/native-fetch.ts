/** How the source of a built-in fetch reads in browsers, Bun and workerd. */
const NATIVE = /^function fetch\(\) \{\s*\[native code\]\s*\}$/;

type AnyFunction = (...parameters: never[]) => unknown;

/**
 * Whether a function is a fetch that is built into the runtime. A patched, mocked, bound or proxied one reads
 * otherwise.
 */
export function isNativeFetch(fetch: AnyFunction): boolean {
  return NATIVE.test(sourceOf(fetch));
}

/** The source of a function. A revoked Proxy throws instead. */
export function sourceOf(fetch: AnyFunction): string {
  try {
    return Function.prototype.toString.call(fetch);
  } catch {
    return '';
  }
}
