import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../src/options/defaults.ts';
import type { Budget, BudgetAccount } from '../../src/pacing/budget.ts';
import { BudgetRegistry } from '../../src/pacing/budget-registry.ts';
import * as budgets from '../../src/pacing/budgets.ts';

const A = 'https://a.test';
const B = 'https://b.test';

function burst(book: BudgetRegistry, origin: string, nowMs = 0): number {
  let retries = 0;
  for (; retries < 10_000 && book.canWithdraw(origin, 'failed', nowMs); retries++)
    book.withdraw(origin, 'failed', nowMs);
  return retries;
}

/** A budget of one retry for each account, which writes down what its accounts are told. */
class Recorder implements Budget {
  readonly countsEverySuccess: boolean;
  readonly told: string[] = [];
  opened = 0;
  isFull = false;

  constructor(countsEverySuccess = false) {
    this.countsEverySuccess = countsEverySuccess;
  }

  open(): BudgetAccount {
    const account = ++this.opened;
    const isUntouched = (): boolean => this.isFull;
    return {
      canWithdraw: (cause, nowMs) => this.told.push(`${account} canWithdraw ${cause} ${nowMs}`) < 0,
      withdraw: (cause, nowMs) => this.told.push(`${account} withdraw ${cause} ${nowMs}`),
      failed: (nowMs) => this.told.push(`${account} failed ${nowMs}`),
      succeeded: (retried, nowMs) => this.told.push(`${account} succeeded ${retried} ${nowMs}`),
      get isFull() {
        return isUntouched();
      },
    };
  }
}

test('without a budget every retry is free, and events are unneeded', () => {
  const book = new BudgetRegistry('none');

  expect(burst(book, A)).toBe(10_000);
  book.failed(A, 0);
  book.succeeded(A, true, 0);
  expect(book.isIdle).toBe(true);
});

test('the outage of one origin is not felt at another', () => {
  const book = new BudgetRegistry(budgets.tokenBucket());

  expect(burst(book, A)).toBe(50);
  book.failed(A, 0);
  expect(book.canWithdraw(A, 'failed', 0)).toBe(false);
  expect(burst(book, B)).toBe(50);
});

test('passes an account every event, with cause and time', () => {
  const budget = new Recorder();
  const book = new BudgetRegistry(budget);

  book.failed(A, 1);
  book.canWithdraw(A, 'throttled', 2);
  book.withdraw(A, 'timeout', 3);
  book.succeeded(A, true, 4);
  book.succeeded(A, false, 5);
  book.withdraw(B, 'failed', 6);

  expect(budget.told).toEqual([
    '1 failed 1',
    '1 canWithdraw throttled 2',
    '1 withdraw timeout 3',
    '1 succeeded true 4',
    '1 succeeded false 5',
    '2 withdraw failed 6',
  ]);
});

test('a book is quiet before the first paid retry, and after successes repaid it', () => {
  const book = new BudgetRegistry(budgets.tokenBucket());
  const quiet = [book.isIdle];
  const note = (): number => quiet.push(book.isIdle);

  book.succeeded(A, false, 0);
  note();
  book.failed(A, 0);
  note();
  book.canWithdraw(A, 'failed', 0);
  note();
  book.withdraw(A, 'failed', 0);
  note();
  book.succeeded(B, true, 0);
  note();
  book.succeeded(A, true, 0);
  note();

  expect(quiet).toEqual([true, true, true, true, false, false, true]);
});

test('keeps an account after a failure, and forgets it when it is full', () => {
  const book = new BudgetRegistry(budgets.tokenBucket({ failureCost: 2, successDeposit: 1 }));

  book.failed(A, 0);
  const quiet = [book.isIdle];
  book.succeeded(A, false, 0);
  quiet.push(book.isIdle);
  book.succeeded(A, false, 0);
  quiet.push(book.isIdle);

  expect(quiet).toEqual([false, false, true]);
});

test('a budget that counts every success gets the first one too', () => {
  const book = new BudgetRegistry(budgets.window({ ratio: 1, minPerSecond: 0 }));

  expect(book.isIdle).toBe(false);
  book.succeeded(A, false, 0);
  expect(burst(book, A)).toBe(1);
  expect(burst(book, B)).toBe(0);
});

test('a budget that does not count every success opens no account for one', () => {
  const budget = new Recorder();

  new BudgetRegistry(budget).succeeded(A, true, 0);

  expect(budget.opened).toBe(0);
});

function origin(number: number): string {
  return `https://${number}.test`;
}

/** Every origin's account is in want of a token, told from outside by whether it hears of a success. */
function remembered(budget: Recorder, book: BudgetRegistry, of: string): boolean {
  const before = budget.told.length;
  book.succeeded(of, false, 0);
  return budget.told.length > before;
}

test('remembers up to the maximum of origins, then forgets the least recently used', () => {
  const budget = new Recorder();
  const book = new BudgetRegistry(budget);
  for (let number = 0; number < DEFAULTS.maxOrigins; number++) book.withdraw(origin(number), 'failed', 0);

  book.failed(origin(0), 0);
  book.canWithdraw(origin(1), 'failed', 0);
  book.withdraw('https://new.test', 'failed', 0);

  expect(budget.opened).toBe(DEFAULTS.maxOrigins + 1);
  const found = [0, 1, 2, DEFAULTS.maxOrigins - 1].map((number) => remembered(budget, book, origin(number)));
  expect(found).toEqual([true, false, true, true]);
  expect(remembered(budget, book, 'https://new.test')).toBe(true);
});

test('an origin that is known makes no other forgotten', () => {
  const budget = new Recorder();
  const book = new BudgetRegistry(budget);
  for (let number = 0; number < DEFAULTS.maxOrigins; number++) book.withdraw(origin(number), 'failed', 0);

  for (let number = 0; number < DEFAULTS.maxOrigins; number++) book.failed(origin(number), 0);

  expect(budget.opened).toBe(DEFAULTS.maxOrigins);
});

test('forgets an account refilled by time before an older one', () => {
  const spent = new Set<string>();
  let opened = '';
  const budget: Budget = {
    countsEverySuccess: false,
    open: () => {
      const name = opened;
      return {
        canWithdraw: () => false,
        withdraw: () => spent.add(name),
        failed: () => {},
        succeeded: () => told.push(name),
        get isFull() {
          return !spent.has(name);
        },
      };
    },
  };
  const told: string[] = [];
  const book = new BudgetRegistry(budget);
  for (let number = 0; number <= DEFAULTS.maxOrigins; number++) {
    opened = origin(number);
    if (number === DEFAULTS.maxOrigins) for (const healed of [7, 9]) spent.delete(origin(healed));
    book.withdraw(opened, 'failed', 0);
  }

  for (const number of [0, 7, 8, 9]) book.succeeded(origin(number), false, 0);

  expect(told).toEqual([0, 8, 9].map(origin));
});

test('a crawler that meets nothing but failures does not make the book grow', () => {
  const budget = new Recorder();
  const book = new BudgetRegistry(budget);
  for (let number = 0; number < 3 * DEFAULTS.maxOrigins; number++) book.withdraw(origin(number), 'failed', 0);
  let known = 0;

  for (let number = 0; number < 3 * DEFAULTS.maxOrigins; number++)
    if (remembered(budget, book, origin(number))) known++;

  expect(known).toBe(DEFAULTS.maxOrigins);
});

interface Happening {
  readonly at: string;
  readonly does: 'retry' | 'failed' | 'first-success' | 'retried-success';
}

/** Tells a book of one happening, and returns whether a retry was paid for. */
function tell(book: BudgetRegistry, { at, does }: Happening): boolean {
  if (does === 'failed') book.failed(at, 0);
  if (does === 'first-success' || does === 'retried-success') book.succeeded(at, does === 'retried-success', 0);
  const paid = does === 'retry' && book.canWithdraw(at, 'failed', 0);
  if (paid) book.withdraw(at, 'failed', 0);
  return paid;
}

test('law 6: each origin gets exactly its budget, whatever happens elsewhere', () => {
  const happenings = fc.array(
    fc.record({
      at: fc.constantFrom(A, B, 'https://c.test'),
      does: fc.constantFrom<Happening['does']>('retry', 'retry', 'retry', 'failed', 'first-success', 'retried-success'),
    }),
    { maxLength: 200 },
  );
  const shared = fc.constantFrom(
    budgets.tokenBucket({ capacity: 20 }),
    budgets.tokenBucket({ capacity: 10, retryCost: 0, failureCost: 1, successDeposit: 0.1, floor: 0.5 }),
    budgets.window({ ratio: 0.5, minPerSecond: 1, windowMs: 3000 }),
  );

  fc.assert(
    fc.property(shared, happenings, (budget, all) => {
      const [book, alone] = [new BudgetRegistry(budget), budget.open()];

      for (const happening of all) {
        const paid = tell(book, happening);
        if (happening.at !== A) continue;
        // The same account, kept for ever, without a book and without the others.
        if (happening.does === 'failed') alone.failed(0);
        else if (happening.does !== 'retry') alone.succeeded(happening.does === 'retried-success', 0);
        else expect(paid).toBe(alone.canWithdraw('failed', 0));
        if (paid) alone.withdraw('failed', 0);
      }
    }),
    { numRuns: 300 },
  );
});
