import { expect, test } from 'vitest';
import { faultOf, isRefused } from '../src/chaos/weather.ts';

const numbers = Array.from({ length: 4000 }, (_, index) => index + 1);

test('half of the first attempts fail, a third of the second, none after that', () => {
  const share = (attempt: number) => numbers.filter((number) => faultOf(1, number, attempt)).length / numbers.length;

  // Those whose port is closed meet no other fault.
  expect(share(1)).toBeCloseTo(0.5 * 0.92, 1);
  expect(share(2)).toBeCloseTo(0.3 * 0.92, 1);
  expect(share(3)).toBe(0);
});

test('all faults come about as often as each other', () => {
  const counts = new Map<string, number>();
  for (const number of numbers) {
    const fault = faultOf(1, number, 1);
    if (fault) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  }

  expect(counts.size).toBe(8);
  expect(Math.min(...counts.values()) / Math.max(...counts.values())).toBeGreaterThan(0.7);
});

test('the weather depends only on seed, operation and attempt', () => {
  const weather = (seed: number) => numbers.map((number) => faultOf(seed, number, 1));

  expect(weather(1)).toEqual(weather(1));
  expect(weather(1)).not.toEqual(weather(2));
});

test('a closed port is the only fault of its attempt', () => {
  const refused = numbers.filter((number) => isRefused(1, number));

  expect(refused.length / numbers.length).toBeCloseTo(0.08, 1);
  for (const number of refused) expect(faultOf(1, number, 1)).toBeUndefined();
});
