import { afterEach, beforeEach, expect, test } from 'vitest';
import { globalDispatcher, hasDispatchers, lendDispatcher } from '../../src/fetch/dispatcher.ts';
import { type DispatcherLike, isDispatcher } from '../../src/fetch/dispatcher-like.ts';

const SYMBOLS = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')] as const;
const scope = globalThis as Record<symbol, unknown>;
const dispatcher = (): DispatcherLike => ({ dispatch: () => true });
const [first, second, lent] = [dispatcher(), dispatcher(), dispatcher()];

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

test('a call that throws gives it back too', () => {
  expect(() =>
    lendDispatcher(lent, () => {
      throw new Error('mine');
    }),
  ).toThrow('mine');

  expect(scope[SYMBOLS[0]]).toBe(first);
});
