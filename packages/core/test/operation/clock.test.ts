import { openResources } from '@twicesafe/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/operation/clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Each test has limits of its own, since the timers of a limit are shared by the process. */
let limit = 1000;
beforeEach(() => {
  limit += 1000;
});

test('a callback comes once, after its time', () => {
  const called = vi.fn();
  systemClock.after(limit, called);
  systemClock.after(limit, called, true);

  vi.advanceTimersByTime(limit - 1);
  expect(called).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(called).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(10 * limit);

  expect(called).toHaveBeenCalledTimes(2);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([true, false])('a cancelled callback never comes, shared: %s', (shared) => {
  const called = vi.fn();
  const cancel = systemClock.after(limit, called, shared);

  cancel();
  cancel();
  vi.advanceTimersByTime(2 * limit);

  expect(called).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('equal waits share one timer, and each ends on time', () => {
  const called: string[] = [];
  systemClock.after(limit, () => called.push('a'), true);
  vi.advanceTimersByTime(300);
  systemClock.after(limit, () => called.push('b'), true);
  vi.advanceTimersByTime(300);
  const cancel = systemClock.after(limit, () => called.push('c'), true);
  systemClock.after(limit, () => called.push('d'), true);
  expect(vi.getTimerCount()).toBe(1);

  vi.advanceTimersByTime(limit - 600);
  expect(called).toEqual(['a']);
  vi.advanceTimersByTime(300);
  expect(called).toEqual(['a', 'b']);
  cancel();
  vi.advanceTimersByTime(300);

  expect(called).toEqual(['a', 'b', 'd']);
  expect(vi.getTimerCount()).toBe(0);
});

test('one that waits after all others were cancelled waits for its whole time', () => {
  const called = vi.fn();
  systemClock.after(limit, called, true)();
  vi.advanceTimersByTime(600);
  systemClock.after(limit, called, true);

  vi.advanceTimersByTime(limit - 1);
  expect(called).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);

  expect(called).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('a callback that waits again shares the timer and delays no other', () => {
  const called: string[] = [];
  systemClock.after(
    limit,
    () => {
      called.push('a');
      systemClock.after(limit, () => called.push('a again'), true);
    },
    true,
  );
  vi.advanceTimersByTime(300);
  systemClock.after(limit, () => called.push('b'), true);

  vi.advanceTimersByTime(limit - 300);
  expect(called).toEqual(['a']);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(300);
  expect(called).toEqual(['a', 'b']);
  vi.advanceTimersByTime(limit - 300);

  expect(called).toEqual(['a', 'b', 'a again']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a callback that throws keeps no other from its time', () => {
  const called = vi.fn();
  systemClock.after(
    limit,
    () => {
      throw new Error('mine');
    },
    true,
  );
  systemClock.after(limit, called, true);

  expect(() => vi.advanceTimersByTime(limit)).toThrow('mine');
  vi.advanceTimersByTime(1);

  expect(called).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('more limits than are shared work too', () => {
  const called = vi.fn();
  for (let ms = 1; ms <= 100; ms++) for (let each = 0; each < 2; each++) systemClock.after(limit + ms, called, true);
  expect(vi.getTimerCount()).toBe(32 + 68 * 2);

  vi.advanceTimersByTime(limit + 100);

  expect(called).toHaveBeenCalledTimes(200);
  expect(vi.getTimerCount()).toBe(0);
});

test('limits that are over make room for others', () => {
  for (let ms = 1; ms <= 32; ms++) systemClock.after(limit + ms, () => {}, true);
  vi.advanceTimersByTime(limit + 100);

  for (let each = 0; each < 2; each++) systemClock.after(limit, () => {}, true);

  expect(vi.getTimerCount()).toBe(1);
});

test('waits that are not shared have a timer each', () => {
  systemClock.after(limit, () => {});
  systemClock.after(limit, () => {});

  expect(vi.getTimerCount()).toBe(2);
});

test('a shared timer that fires early still ends its waits', () => {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const called = vi.fn();
  systemClock.after(limit, called, true);

  vi.advanceTimersByTime(limit);

  expect(called).toHaveBeenCalledOnce();
});

test('a timer may be a number, as in browsers', () => {
  const callbacks: (() => void)[] = [];
  vi.stubGlobal('setTimeout', (callback: () => void) => callbacks.push(callback));
  const called = vi.fn();

  systemClock.after(limit, called, true)();
  systemClock.after(limit, called, true);
  for (const callback of callbacks) callback();
  vi.unstubAllGlobals();

  expect(called).toHaveBeenCalledOnce();
});

test('an abandoned shared timer keeps no process alive', () => {
  vi.useRealTimers();
  const timers = () => openResources().filter((name) => name === 'Timeout').length;
  const before = timers();

  const cancels = [1, 2, 3].map(() => systemClock.after(600_000, () => {}, true));
  expect(timers()).toBe(before + 1);
  cancels.pop()?.();
  expect(timers()).toBe(before + 1);
  for (const cancel of cancels) cancel();
  expect(timers()).toBe(before);
  const cancel = systemClock.after(600_000, () => {}, true);
  expect(timers()).toBe(before + 1);
  cancel();

  expect(timers()).toBe(before);
});

test("the default clock reads the machine's time and randomness", () => {
  vi.useRealTimers();

  expect(Math.abs(systemClock.epochMs() - Date.now())).toBeLessThan(1000);
  expect(Math.abs(systemClock.now() - performance.now())).toBeLessThan(1000);
  expect(systemClock.uuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(systemClock.uuid()).not.toBe(systemClock.uuid());
  const numbers = Array.from({ length: 100 }, () => systemClock.random());
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(new Set(numbers).size).toBeGreaterThan(90);
});

test("a shared limit begun under fake timers doesn't delay later ones", async () => {
  vi.useFakeTimers();
  systemClock.after(23, () => {}, true)();
  vi.useRealTimers();

  await new Promise<void>((resolve) => systemClock.after(23, resolve, true));
});

test('a wait that is already over takes no time, and causes no warning', () => {
  vi.useFakeTimers();
  const timer = vi.spyOn(globalThis, 'setTimeout');

  systemClock.after(-3, () => {});

  expect(timer).toHaveBeenCalledWith(expect.any(Function), 0);
  vi.restoreAllMocks();
  vi.useRealTimers();
});
