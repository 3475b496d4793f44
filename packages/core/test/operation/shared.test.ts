import { expect, test, vi } from 'vitest';
import { shared } from '../../src/operation/shared.ts';

test('copies of the package share one value per process', async () => {
  const path = '../../src/operation/shared.ts';
  const copy = (await import(/* @vite-ignore */ `${path}?copy=2`)) as { shared: typeof shared };
  const create = vi.fn(() => ({ made: true }));

  const [first, again, other] = [shared('test.1', create), shared('test.1', create), copy.shared('test.1', create)];

  expect(copy.shared).not.toBe(shared);
  expect(create).toHaveBeenCalledOnce();
  expect([again, other]).toEqual([first, first]);
  expect(again).toBe(first);
  expect(other).toBe(first);
});

test("is hidden from lists of globals and can't be replaced", () => {
  shared('test.2', () => 'mine');

  expect(Object.keys(globalThis).join()).not.toContain('twicesafe');
  expect(Reflect.set(globalThis, Symbol.for('twicesafe.test.2'), 'theirs')).toBe(false);
  expect(shared('test.2', () => 'new')).toBe('mine');
});
