import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULTS, MAX_TIMER_MS } from '../../src/options/defaults.ts';
import type { Backoff } from '../../src/pacing/backoff.ts';
import { constant, decorrelated, equalJitter, exponential } from '../../src/pacing/backoffs.ts';

const ALMOST_ONE = 1 - 2 ** -53;

function waits(backoff: Backoff, random: number, retries = 10): number[] {
  const made: number[] = [];
  for (let retry = 1; retry <= retries; retry++) made.push(backoff(retry, random, made.at(-1) ?? 0));
  return made;
}

test('exponential backoff draws from zero to a bound that doubles until the cap', () => {
  const bounds = [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000];

  expect(waits(exponential(), 0)).toEqual(bounds.map(() => 0));
  expect(waits(exponential(), 0.5)).toEqual(bounds.map((bound) => bound / 2));
  expect(waits(exponential(), ALMOST_ONE).map(Math.round)).toEqual(bounds);
});

test('exponential backoff reproduces the delays of the AWS SDKs', () => {
  // facts/algorithms.md 3.1, version 2.0: chance * min(1 s * 2^(n-1), 20 s).
  expect(waits(exponential({ baseMs: 1000, capMs: 20_000 }), 0.5, 7)).toEqual([
    500, 1000, 2000, 4000, 8000, 10_000, 10_000,
  ]);
  // Version 2.1 for transient failures: base 50 ms.
  expect(waits(exponential({ baseMs: 50, capMs: 20_000 }), 0.5, 3)).toEqual([25, 50, 100]);
});

test('equal jitter takes at least half of the bound', () => {
  expect(waits(equalJitter(), 0, 4)).toEqual([50, 100, 200, 400]);
  expect(waits(equalJitter(), 0.5, 4)).toEqual([75, 150, 300, 600]);
  expect(waits(equalJitter({ baseMs: 10, capMs: 25 }), 0, 3)).toEqual([5, 10, 12.5]);
});

test('decorrelated jitter takes from the base to three times the previous wait', () => {
  const backoff = decorrelated();

  expect(waits(backoff, 0, 3)).toEqual([100, 100, 100]);
  expect(waits(backoff, 0.5, 4)).toEqual([200, 350, 575, 912.5]);
  expect(backoff(2, 0.5, 60_000)).toBe(DEFAULTS.backoffCapMs);
  expect(backoff(2, 0, 60_000)).toBe(100);
  expect(waits(decorrelated({ baseMs: 5, capMs: 200 }), ALMOST_ONE, 5).map(Math.round)).toEqual([
    15, 45, 135, 200, 200,
  ]);
});

test('a constant backoff is constant', () => {
  expect(waits(constant({ waitMs: 250 }), 0.9, 3)).toEqual([250, 250, 250]);
  expect(waits(constant({ waitMs: 0 }), 0.9, 1)).toEqual([0]);
});

test('a cap below the default base lowers the base as well', () => {
  expect(waits(exponential({ capMs: 40 }), 0.5, 3)).toEqual([20, 20, 20]);
  expect(waits(decorrelated({ capMs: 40 }), 0, 2)).toEqual([40, 40]);
});

test('an option that is undefined is one that was left out', () => {
  const options = { baseMs: undefined, capMs: undefined } as unknown as { baseMs: number };

  expect(waits(exponential(options), 0.5)).toEqual(waits(exponential(), 0.5));
});

const GROWING = [exponential, equalJitter, decorrelated];

test.each(GROWING)('%o waits between zero and its cap after any number of retries', (make) => {
  const options = fc
    .tuple(fc.double({ min: 0, max: MAX_TIMER_MS, noNaN: true }), fc.double({ min: 0, max: MAX_TIMER_MS, noNaN: true }))
    .map(([a, b]) => ({ baseMs: Math.min(a, b), capMs: Math.max(a, b) }));
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const previous = fc.oneof(fc.constant(0), fc.double({ min: 0, max: MAX_TIMER_MS, noNaN: true }));

  fc.assert(
    fc.property(options, fc.integer({ min: 1, max: 3000 }), random, previous, (bounds, retry, luck, previousWaitMs) => {
      const waitMs = make(bounds)(retry, luck, previousWaitMs);

      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThanOrEqual(bounds.capMs);
    }),
  );
});

test.each([exponential, equalJitter])('%o of no base waits for nothing, also after a thousand retries', (make) => {
  expect(make({ baseMs: 0 })(2000, 0.5, 0)).toBe(0);
});

test.each([
  { options: { baseMs: -1 }, error: RangeError, message: 'baseMs must be a number from 0 to 20000, not -1' },
  { options: { baseMs: Number.NaN }, error: RangeError, message: 'baseMs must be a number from 0 to 20000, not NaN' },
  { options: { baseMs: 30_000 }, error: RangeError, message: 'baseMs must be a number from 0 to 20000, not 30000' },
  { options: { baseMs: 50, capMs: 40 }, error: RangeError, message: 'baseMs must be a number from 0 to 40, not 50' },
  { options: { baseMs: '100' }, error: TypeError, message: 'baseMs must be a number from 0 to 20000, not "100"' },
  { options: { baseMs: null }, error: TypeError, message: 'baseMs must be a number from 0 to 20000, not null' },
  { options: { capMs: -1 }, error: RangeError, message: 'capMs must be a number from 0 to 2147483647, not -1' },
  {
    options: { capMs: 2 ** 31 },
    error: RangeError,
    message: 'capMs must be a number from 0 to 2147483647, not 2147483648',
  },
  {
    options: { capMs: Infinity },
    error: RangeError,
    message: 'capMs must be a number from 0 to 2147483647, not Infinity',
  },
  { options: { base: 100 }, error: TypeError, message: 'has no member "base", only baseMs, capMs' },
  { options: null, error: TypeError, message: 'must be a plain object, not null' },
  { options: 100, error: TypeError, message: 'must be a plain object, not 100' },
  { options: [100], error: TypeError, message: 'must be a plain object, not an array' },
])('a growing backoff cannot be made of $options', ({ options, error, message }) => {
  for (const make of GROWING) {
    const attempt = (): Backoff => make(options as object);

    expect(attempt).toThrow(error);
    expect(attempt).toThrow(message);
  }
});

test('a message names the backoff that was meant', () => {
  for (const [name, make] of Object.entries({ exponential, equalJitter, decorrelated }))
    expect(() => make(null as unknown as object)).toThrow(`backoffs.${name} must be a plain object`);
});

test.each([
  { options: { waitMs: -1 }, error: RangeError, message: 'waitMs must be a number from 0 to 2147483647, not -1' },
  { options: { waitMs: 2 ** 31 }, error: RangeError, message: 'not 2147483648' },
  { options: {}, error: TypeError, message: 'waitMs must be a number from 0 to 2147483647, not undefined' },
  { options: { waitMs: 5n }, error: TypeError, message: 'not 5n' },
  { options: { wait: 5 }, error: TypeError, message: 'backoffs.constant has no member "wait", only waitMs' },
  { options: undefined, error: TypeError, message: 'backoffs.constant must be a plain object, not undefined' },
])('a constant backoff cannot be made of $options', ({ options, error, message }) => {
  const attempt = (): Backoff => constant(options as { waitMs: number });

  expect(attempt).toThrow(error);
  expect(attempt).toThrow(message);
});
