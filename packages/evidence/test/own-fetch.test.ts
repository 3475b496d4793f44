import { fetch as undiciFetch } from 'undici';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

type AnyFunction = (...parameters: never[]) => unknown;

const native = globalThis.fetch;
let isOwnFetch: (fetch: AnyFunction) => boolean;

beforeEach(async () => {
  ({ isOwnFetch } = await import('../src/own-fetch.ts'));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test.each<[string, AnyFunction]>([
  ["Node's", native],
  ["npm undici's", undiciFetch as AnyFunction],
])('%s is the own fetch of the runtime, every time', (_, fetch) => {
  expect([isOwnFetch(fetch), isOwnFetch(fetch)]).toEqual([true, true]);
});

test.each<[string, AnyFunction]>([
  ['a bound one', native.bind(undefined)],
  ['a Proxy', new Proxy(native, {})],
  ['a revoked Proxy', revoked()],
  ['a closure', (...parameters: Parameters<typeof fetch>) => native(...parameters)],
  ['a closure named fetch', { fetch: (...parameters: Parameters<typeof fetch>) => native(...parameters) }.fetch],
  [
    'an async function named fetch',
    async function fetch(input: string, init?: RequestInit) {
      return native(input, init);
    },
  ],
  [
    "a closure around a copy of Node's",
    () => {
      function fetch(input: string, init = undefined) {
        // require('internal/deps/undici/undici') is only told about
        return native(input, init);
      }
      return fetch;
    },
  ],
  ['a mock', vi.fn()],
  ['a mock of it', vi.fn(native)],
  ['a class', class fetch {} as unknown as AnyFunction],
  ['a native function that is no fetch', Math.max],
])('%s is not', (_, fetch) => {
  expect(isOwnFetch(fetch)).toBe(false);
});

test('a patched global is not, and the one behind it still is', () => {
  vi.stubGlobal('fetch', async () => new Response());

  expect([isOwnFetch(globalThis.fetch), isOwnFetch(native)]).toEqual([false, true]);
});

/** What fresh modules say of a function with this source. */
async function isOwn(source: string): Promise<boolean> {
  vi.resetModules();
  const { isOwnFetch: fresh } = await import('../src/own-fetch.ts');
  const given = Math.max.bind(undefined);
  using _ = vi.spyOn(Function.prototype, 'toString').mockImplementation(() => source);
  return fresh(given);
}

test.each([
  ['function fetch() { [native code] }', true],
  ['function fetch() {\n    [native code]\n}', true],
  ['function fetch() {[native code]}', true],
  ['function fetch() { [native code] } // and more', false],
  ['const fetch = function fetch() { [native code] }', false],
  ['function other() { [native code] }', false],
])('in a browser, a function that reads %j is its own: %s', async (source, expected) => {
  vi.stubGlobal('process', undefined);
  const agent = 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36';
  vi.stubGlobal('navigator', { userAgent: agent });
  expect(await isOwn(source)).toBe(expected);
});

test.each([
  ['function fetch(...e){return lazyFetch().fetch(...e)}', true],
  ['function fetch(input, init = { __proto__: null }) { return 1 }', true],
  ['(function fetch(...e){return lazyFetch().fetch(...e)})', false],
  ['(function fetch(input, init = { __proto__: null }) { return 1 })', false],
  ['function fetch(input, init) { return 1 }', false],
])('in Deno, a function that reads %j is its own: %s', async (source, expected) => {
  vi.stubGlobal('Deno', {});
  expect(await isOwn(source)).toBe(expected);
});

const undicis = 'function fetch(init, options = undefined) { return fetchImpl(init, options) }';

test.each([
  [undicis, true],
  [undicis.replace('fetch(init', 'fetch (init'), true],
  [`async ${undicis}`, true],
  [`(${undicis})`, false],
])('in Node, a function that reads %j is its own: %s', async (source, expected) => {
  expect(await isOwn(source)).toBe(expected);
});

test('the sources of two functions in turn are read at first only', async () => {
  vi.resetModules();
  const fresh = await import('../src/own-fetch.ts');
  const [one, other] = [Math.max.bind(undefined), Math.min.bind(undefined)];
  for (const each of [one, other]) fresh.isOwnFetch(each);
  const sources = vi.spyOn(Function.prototype, 'toString');

  for (const each of [one, other]) fresh.isOwnFetch(each);
  const read = sources.mock.contexts.filter((each) => (each as unknown) === one || (each as unknown) === other);
  sources.mockRestore();

  expect(read).toEqual([]);
});

function revoked(): typeof native {
  const { proxy, revoke } = Proxy.revocable(native, {});
  revoke();
  return proxy;
}
