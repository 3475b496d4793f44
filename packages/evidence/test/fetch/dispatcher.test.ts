import { Agent, Dispatcher1Wrapper } from 'undici';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  globalDispatcher,
  hasDispatchers,
  isBridge,
  isPlainGlobal,
  isUndicis,
  lendDispatcher,
} from '../../src/fetch/dispatcher.ts';
import { type DispatcherLike, isDispatcher } from '../../src/fetch/dispatcher-like.ts';

const SYMBOLS = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')] as const;
const scope = globalThis as Record<symbol, unknown>;
const dispatcher = (): DispatcherLike => ({ dispatch: () => true });
const [first, second, lent] = [dispatcher(), dispatcher(), dispatcher()];
const kDispatch = Symbol('dispatch');

/** Reads as undici's own. */
function forged(this: Record<symbol, (...given: unknown[]) => boolean>, opts: unknown, handler: unknown): boolean {
  // @ts-expect-error As undici writes it.
  return this[kDispatch](opts, handler);
}

/** undici defines the symbols as constants of the global scope, which a test may only set. */
let before: readonly unknown[];
beforeEach(() => {
  // Node installs the first one when it is first looked for.
  hasDispatchers();
  before = SYMBOLS.map((symbol) => scope[symbol]);
  scope[SYMBOLS[0]] = first;
});
afterEach(() => {
  for (const [index, symbol] of SYMBOLS.entries()) scope[symbol] = before[index];
  vi.resetModules();
});

test('where there is one global dispatcher, both kinds of handlers go there', () => {
  scope[SYMBOLS[1]] = undefined;

  expect([globalDispatcher(false), globalDispatcher(true)]).toEqual([first, first]);
  expect(globalDispatcher(true)).toBe(first);
});

test("of two dispatchers, undici 8's handlers use the second and Node 24's the first", () => {
  scope[SYMBOLS[1]] = second;

  expect(globalDispatcher(false)).toBe(first);
  expect(globalDispatcher(true)).toBe(second);
});

test("ignores values that aren't dispatchers", () => {
  scope[SYMBOLS[1]] = { dispatch: 7 };

  expect(globalDispatcher(true)).toBeUndefined();
  expect([undefined, null, 7, 'agent', {}, () => true].map(isDispatcher)).toEqual(Array(6).fill(false));
});

test('a stand-in replaces both dispatchers as a call begins, and keeps the original reachable', () => {
  scope[SYMBOLS[1]] = second;

  const seen = lendDispatcher(lent, () => [
    scope[SYMBOLS[0]],
    scope[SYMBOLS[1]],
    globalDispatcher(false),
    globalDispatcher(true),
  ]);

  expect(seen.map((each) => [first, second, lent].indexOf(each as DispatcherLike))).toEqual([2, 2, 0, 1]);
  expect(scope[SYMBOLS[0]]).toBe(first);
  expect(scope[SYMBOLS[1]]).toBe(second);
});

test('a place that was empty stays empty', () => {
  scope[SYMBOLS[1]] = undefined;

  expect(lendDispatcher(lent, () => scope[SYMBOLS[1]])).toBeUndefined();
  expect(scope[SYMBOLS[1]]).toBeUndefined();
});

test('what a call installs meanwhile stays', () => {
  scope[SYMBOLS[1]] = second;

  lendDispatcher(lent, () => {
    scope[SYMBOLS[0]] = second;
  });

  expect([scope[SYMBOLS[0]], scope[SYMBOLS[1]]]).toEqual([second, second]);
});

describe("a call without a dispatcher takes undici's own", () => {
  const agent = (): DispatcherLike => new Agent() as unknown as DispatcherLike;
  const bridge = (): DispatcherLike => new Dispatcher1Wrapper(new Agent()) as unknown as DispatcherLike;

  test.each<[string, unknown, unknown, boolean]>([
    ['if both are', agent(), agent(), true],
    ['if there is one', agent(), undefined, true],
    ['if the second is one alone', undefined, agent(), true],
    ['if one is a bridge to the other', bridge(), agent(), true],
    ['not if the first is not', dispatcher(), agent(), false],
    ['not if the second is not', agent(), dispatcher(), false],
    ['not if neither is', dispatcher(), dispatcher(), false],
    ['not if one is a bridge to another dispatcher', bridge(), dispatcher(), false],
    ['not if one is a bridge to nothing', bridge(), undefined, false],
    ['not if only the second is a bridge', agent(), bridge(), false],
  ])('%s', (_, one, other, expected) => {
    scope[SYMBOLS[0]] = one;
    scope[SYMBOLS[1]] = other;

    expect(isPlainGlobal()).toBe(expected);
    expect(lendDispatcher(lent, isPlainGlobal)).toBe(expected);
  });

  test('a bridge of the caller may lead anywhere', () => {
    scope[SYMBOLS[1]] = agent();

    expect([isUndicis(bridge()), isUndicis(agent())]).toEqual([false, true]);
  });

  test('a dispatcher without a class is no bridge', () => {
    const bare = Object.assign(Object.create(null), dispatcher()) as DispatcherLike;

    expect([isBridge(bare), isUndicis(bare)]).toEqual([false, false]);
  });

  test.each<[string, DispatcherLike]>([
    ["with a member that is named as one of undici's", { ...dispatcher(), [Symbol('options')]: undefined } as never],
    [
      "whose dispatch reads as undici's, but comes from a Proxy",
      new Proxy(agent(), {
        get: (target, name) => (name === 'dispatch' ? forged : Reflect.get(target, name)),
      }),
    ],
  ])('a dispatcher %s may lead anywhere', (_, given) => {
    expect(isUndicis(given)).toBe(false);
  });
});

test('Node installs its dispatcher when its classes are first looked at', async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'Headers') as PropertyDescriptor;
  vi.resetModules();
  const fresh = await import('../../src/fetch/dispatcher.ts');
  scope[SYMBOLS[0]] = undefined;
  scope[SYMBOLS[1]] = undefined;
  Object.defineProperty(globalThis, 'Headers', {
    configurable: true,
    get() {
      scope[SYMBOLS[0]] = first;
      return class {};
    },
  });

  const seen = fresh.hasDispatchers();
  Object.defineProperty(globalThis, 'Headers', own);

  expect(seen).toBe(true);
});

test("undici 8's dispatcher is found, whatever is in the older place", async () => {
  scope[SYMBOLS[0]] = { dispatch: 7 };
  scope[SYMBOLS[1]] = second;
  vi.resetModules();
  const fresh = await import('../../src/fetch/dispatcher.ts');

  expect(fresh.hasDispatchers()).toBe(true);
});

test('a runtime without dispatchers is noticed, and one that gets them later', async () => {
  scope[SYMBOLS[0]] = undefined;
  scope[SYMBOLS[1]] = undefined;
  vi.resetModules();
  const fresh = await import('../../src/fetch/dispatcher.ts');

  expect([fresh.hasDispatchers(), fresh.isPlainGlobal()]).toEqual([false, true]);
  scope[SYMBOLS[0]] = first;
  expect(fresh.hasDispatchers()).toBe(true);
});

test('a call that throws gives it back too', () => {
  expect(() =>
    lendDispatcher(lent, () => {
      throw new Error('mine');
    }),
  ).toThrow('mine');

  expect(scope[SYMBOLS[0]]).toBe(first);
});
