import fc from 'fast-check';
import type { RetryOptions } from '../../src/options/options.ts';
import type { Budget } from '../../src/pacing/budget.ts';

const NONSENSE: readonly unknown[] = [undefined, null, 1, '', 'yes', [], {}, new Promise(() => {}), Symbol('no'), 2n];

/** A function that does what it is for (`good`), throws, or returns nonsense: a different one each time. */
function misbehaving<Value>(good: fc.Arbitrary<Value>): fc.Arbitrary<() => Value> {
  const does = fc.oneof(
    { weight: 4, arbitrary: good.map((value) => () => value) },
    {
      weight: 1,
      arbitrary: fc.constant((): Value => {
        throw new RangeError('a callback failed');
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom(...NONSENSE).map((value) => () => value as Value) },
  );
  return fc.array(does, { minLength: 1, maxLength: 5 }).map((all) => {
    let calls = 0;
    return () => (all[calls++ % all.length] as () => Value)();
  });
}

const budgets: fc.Arbitrary<Budget> = fc
  .record({
    countsEverySuccess: fc.boolean(),
    canWithdraw: misbehaving(fc.constantFrom(true, true, false)),
    withdraw: misbehaving(fc.constant(undefined)),
    failed: misbehaving(fc.constant(undefined)),
    succeeded: misbehaving(fc.constant(undefined)),
  })
  .map(({ countsEverySuccess, ...account }) => ({
    countsEverySuccess,
    open: () => ({ ...account, isFull: false }),
  }));

/** Writes into everything that it is given, as far as it can. */
const listener: RetryOptions['onEvent'] = (event) => {
  for (const target of targetsIn(event)) {
    for (const [member, value] of Object.entries({
      action: 'retry',
      waitMs: 0,
      delivery: 'never-sent',
      type: 'failure',
    }))
      Reflect.set(target, member, value);
  }
  throw new Error('a listener failed');
};

function targetsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(targetsIn)];
}

/** Functions in the options that fail, return nonsense, and write into what they are given. */
export const hostileOptions: fc.Arbitrary<RetryOptions> = fc
  .record({
    backoff: misbehaving(fc.nat(500)),
    shouldRetry: misbehaving(fc.constantFrom(true, true, true, false)),
    precondition: misbehaving(fc.boolean()),
    repeat: fc.constantFrom('always' as const, 'never' as const, 'with-precondition' as const, undefined),
    budget: budgets,
    listens: fc.boolean(),
    given: fc.subarray(['backoff', 'shouldRetry', 'rules', 'budget'] as const),
  })
  .map(({ backoff, shouldRetry, precondition, repeat, budget, listens, given }) => ({
    ...(given.includes('backoff') && { backoff }),
    ...(given.includes('shouldRetry') && {
      shouldRetry: (context: object) => {
        for (const target of targetsIn(context)) Reflect.set(target, 'delivery', 'never-sent');
        return shouldRetry();
      },
    }),
    ...(given.includes('rules') && { rules: [{ precondition, ...(repeat && { repeat }) }] }),
    ...(given.includes('budget') && { budget }),
    ...(listens && { onEvent: listener }),
  }));
