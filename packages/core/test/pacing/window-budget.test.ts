import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { DEFAULTS } from '../../src/options/defaults.ts';
import type { BudgetAccount } from '../../src/pacing/budget.ts';
import { type WindowBudgetOptions, windowBudget } from '../../src/pacing/window-budget.ts';

function burst(account: BudgetAccount, nowMs: number, atMost = 10_000): number {
  let retries = 0;
  for (; retries < atMost && account.canWithdraw('failed', nowMs); retries++) account.withdraw('failed', nowMs);
  return retries;
}

function succeed(account: BudgetAccount, nowMs: number, times: number, retried = false): void {
  for (let time = 0; time < times; time++) account.succeeded(retried, nowMs);
}

test('Finagle: an idle client has a reserve of 100 retries in 10 s', () => {
  const account = windowBudget().open();

  expect(burst(account, 0)).toBe(100);
  expect([5000, 9999, 10_000].map((nowMs) => burst(account, nowMs))).toEqual([0, 0, 0]);
  expect(burst(account, 11_000)).toBe(100);
});

test('Finagle: adds a fifth of the recent successes to the reserve', () => {
  const account = windowBudget().open();
  succeed(account, 0, 1000);

  expect(burst(account, 0)).toBe(300);
  expect(burst(account, 9999)).toBe(0);
  expect(burst(account, 11_000)).toBe(100);
});

test('successes and retries leave the window slot by slot', () => {
  const account = windowBudget({ ratio: 0.5, minPerSecond: 0 }).open();
  succeed(account, 0, 10);
  succeed(account, 3000, 10);

  expect(burst(account, 3000, 6)).toBe(6);
  // The first ten are over, and the retries of the fourth second still count.
  expect(burst(account, 11_000)).toBe(0);
  expect(burst(account, 13_999)).toBe(0);
  succeed(account, 13_999, 4);
  expect(burst(account, 13_999)).toBe(1);
  expect(burst(account, 14_000)).toBe(1);
});

test.each([
  { ratio: 0.75, successes: 100, retries: 75 },
  { ratio: 0.4, successes: 100, retries: 40 },
  { ratio: 0.6, successes: 5, retries: 3 },
  { ratio: 0.29, successes: 100, retries: 29 },
  { ratio: 0.1, successes: 30, retries: 3 },
  { ratio: 0.1, successes: 9, retries: 0 },
  { ratio: 1.5, successes: 10, retries: 15 },
  { ratio: 0, successes: 1000, retries: 0 },
])('$successes successes at a ratio of $ratio pay for exactly $retries retries', ({ ratio, successes, retries }) => {
  const account = windowBudget({ ratio, minPerSecond: 0 }).open();
  succeed(account, 0, successes);

  expect(burst(account, 0)).toBe(retries);
});

test.each([
  { options: { minPerSecond: 3, windowMs: 2000 }, retries: 6 },
  { options: { minPerSecond: 0.5, windowMs: 3000 }, retries: 1 },
  { options: { minPerSecond: 0 }, retries: 0 },
  { options: { minPerSecond: 1, windowMs: 1 }, retries: 0 },
])('the reserve is the least number of retries a second, over the window: $options', ({ options, retries }) => {
  expect(burst(windowBudget(options).open(), 0)).toBe(retries);
});

test('counts a success once, retried or not, and ignores failures', () => {
  const account = windowBudget({ ratio: 1, minPerSecond: 0 }).open();
  succeed(account, 0, 3, true);
  for (let failure = 0; failure < 50; failure++) account.failed(0);

  expect(burst(account, 0)).toBe(3);
});

test('to ask whether a retry can be paid for changes nothing', () => {
  const account = windowBudget().open();
  account.canWithdraw('failed', 0);
  account.failed(0);

  expect(account.isFull).toBe(true);
  account.succeeded(false, 0);
  expect(account.isFull).toBe(false);
});

test('a window counts every success, and its accounts are separate', () => {
  const budget = windowBudget();
  burst(budget.open(), 0);

  expect(budget.countsEverySuccess).toBe(true);
  expect(budget.open().canWithdraw('failed', 0)).toBe(true);
});

test('a time before the last one counts as the last one', () => {
  const account = windowBudget({ ratio: 1, minPerSecond: 0 }).open();
  succeed(account, 50_000, 1);
  succeed(account, 20_000, 1);

  expect(burst(account, 50_000)).toBe(2);
});

test.each([
  { options: { ratio: -0.1 }, message: 'ratio must be a number from 0 to 1000, not -0.1' },
  { options: { ratio: Number.NaN }, message: 'ratio must be a number from 0 to 1000, not NaN' },
  { options: { minPerSecond: -1 }, message: 'minPerSecond must be a number from 0 to 1000000, not -1' },
  { options: { windowMs: 0 }, message: 'windowMs must be a number from 1 to 3600000, not 0' },
  { options: { windowMs: 3_600_001 }, message: 'windowMs must be a number from 1 to 3600000, not 3600001' },
  { options: { ttl: 10 }, message: 'window has no member "ttl", only ratio, minPerSecond, windowMs' },
  { options: [], message: 'window must be a plain object, not an array' },
])('no window is made of $options', ({ options, message }) => {
  expect(() => windowBudget(options as WindowBudgetOptions)).toThrow(message);
});

test('the documented defaults are the defaults', () => {
  expect(DEFAULTS.windowBudget).toEqual({ ratio: 0.2, minPerSecond: 10, windowMs: 10_000 });
});

const options = fc.record({
  ratio: fc.constantFrom(0, 0.1, 0.2, 0.4, 0.75, 2),
  minPerSecond: fc.constantFrom(0, 0.5, 3),
  windowMs: fc.constantFrom(10, 1000, 7777),
});
/** Times in windows, so that every length of window sees slots come and go. */
const traffic = fc.array(
  fc.record({ retry: fc.boolean(), pause: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.3, noNaN: true })) }),
  { maxLength: 150 },
);

test('law 6: in any window, retries stay within the reserve and the share', () => {
  fc.assert(
    fc.property(options, traffic, (budget, events) => {
      const account = windowBudget(budget).open();
      const reserve = (budget.minPerSecond * budget.windowMs) / 1000;
      const retriesAt: number[] = [];
      const successesAt: number[] = [];
      const within = (times: number[], nowMs: number, lengthMs: number): number =>
        times.filter((time) => time >= nowMs - lengthMs).length;
      let nowMs = 0;

      for (const { retry, pause } of events) {
        nowMs += pause * budget.windowMs;
        if (!retry) {
          account.succeeded(false, nowMs);
          successesAt.push(nowMs);
        } else if (account.canWithdraw('failed', nowMs)) {
          account.withdraw('failed', nowMs);
          retriesAt.push(nowMs);
          // A tenth of a window is counted as a whole, so that a success may count for that much longer.
          const allowed = reserve + budget.ratio * within(successesAt, nowMs, budget.windowMs * 1.1 + 1e-6);
          expect(within(retriesAt, nowMs, budget.windowMs)).toBeLessThanOrEqual(allowed + 1e-5);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("refuses a retry only if the last window's successes couldn't pay for it", () => {
  fc.assert(
    fc.property(options, traffic, (budget, events) => {
      const account = windowBudget(budget).open();
      const reserve = (budget.minPerSecond * budget.windowMs) / 1000;
      const notes: { readonly retry: boolean; readonly atMs: number }[] = [];
      const count = (retry: boolean, nowMs: number, lengthMs: number): number =>
        notes.filter((note) => note.retry === retry && note.atMs >= nowMs - lengthMs).length;
      let nowMs = 0;

      for (const { retry, pause } of events) {
        nowMs += pause * budget.windowMs;
        if (!retry) account.succeeded(false, nowMs);
        else if (account.canWithdraw('failed', nowMs)) account.withdraw('failed', nowMs);
        else {
          const paidFor =
            reserve +
            budget.ratio * count(false, nowMs, budget.windowMs) -
            count(true, nowMs, budget.windowMs * 1.1 + 1e-6);
          expect(paidFor).toBeLessThan(1);
          continue;
        }
        notes.push({ retry, atMs: nowMs });
      }
    }),
    { numRuns: 500 },
  );
});

test('an account keeps no more than the slots of its window, whatever the traffic', () => {
  const account = windowBudget({ windowMs: 1000 }).open();
  for (let nowMs = 0; nowMs < 100_000; nowMs += 50) {
    succeed(account, nowMs, 3);
    burst(account, nowMs, 1);
  }

  // Its slots are all that an account filters.
  const filter = vi.spyOn(Array.prototype, 'filter');
  account.canWithdraw('failed', 100_000);
  const [slots] = filter.mock.contexts;
  filter.mockRestore();

  expect(slots).toHaveLength(11);
});
