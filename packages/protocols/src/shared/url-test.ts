import type { UrlTest } from '../protocol.ts';

/**
 * Checks the option `url` of a protocol.
 *
 * @returns A test that is the same every time: a global or sticky RegExp remembers where it stopped.
 * @throws {TypeError} If the option is neither undefined nor an object with a method `test`.
 */
export function checkedUrlTest(protocol: string, url: UrlTest | undefined): UrlTest | undefined {
  if (url instanceof RegExp) return { test: (text) => text.search(url) >= 0 };
  if (url === undefined || typeof url?.test === 'function') return url;
  throw new TypeError(`${protocol}: url must have a method test(url), as a RegExp has, not ${String(url)}`);
}
