import type { UrlTest } from '../protocol.ts';

/**
 * Checks a protocol's `url` option.
 *
 * @returns A test without state. A global or sticky `RegExp` alone would remember its last position.
 * @throws {TypeError} Unless the option is undefined or an object with a method `test`.
 */
export function checkedUrlTest(protocol: string, url: UrlTest | undefined): UrlTest | undefined {
  if (url instanceof RegExp) return { test: (text) => text.search(url) >= 0 };
  if (url === undefined || typeof url?.test === 'function') return url;
  throw new TypeError(`${protocol}: url must have a method test(url), as a RegExp has, not ${String(url)}`);
}
