import { fetch as undiciFetch } from 'undici';
import { afterEach, expect, test, vi } from 'vitest';
import { isOwnFetch } from '../src/index.ts';

type AnyFunction = (...parameters: never[]) => unknown;

const native = globalThis.fetch;

afterEach(() => vi.unstubAllGlobals());

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

function revoked(): typeof native {
  const { proxy, revoke } = Proxy.revocable(native, {});
  revoke();
  return proxy;
}
