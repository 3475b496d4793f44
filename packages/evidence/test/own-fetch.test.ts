import { fetch as undiciFetch } from 'undici';
import { afterEach, expect, test, vi } from 'vitest';
import { isOwnFetch } from '../src/index.ts';

type AnyFunction = (...parameters: never[]) => unknown;

const native = globalThis.fetch;

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

test('in a browser, its native fetch is', async () => {
  vi.stubGlobal('process', undefined);
  vi.stubGlobal('navigator', {
    userAgent: 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36',
  });
  vi.resetModules();
  const fresh = await import('../src/own-fetch.ts');
  // Its source reads as that of a browser's fetch.
  const inBrowser = Math.max.bind(undefined);
  vi.spyOn(Function.prototype, 'toString').mockImplementation(function (this: unknown) {
    return this === inBrowser ? 'function fetch() { [native code] }' : 'function other() { [native code] }';
  });

  const seen = [fresh.isOwnFetch(inBrowser), fresh.isOwnFetch(Math.max)];
  vi.restoreAllMocks();

  expect(seen).toEqual([true, false]);
});

function revoked(): typeof native {
  const { proxy, revoke } = Proxy.revocable(native, {});
  revoke();
  return proxy;
}
