import type { Effect } from '@twicesafe/core';
import { expect, test } from 'vitest';
import { type Ending, tallyOf } from '../src/chaos/verdict.ts';

function ending(method: string, applied: number, success: boolean, effect?: Effect): Ending {
  return {
    operation: { number: 1, method, body: undefined },
    told: { success, effect },
    tookMs: 10,
    entry: { applied, requestsAtMs: [1, 2], early: 1, waitUntilMs: 0 },
  };
}

test.each([
  ['done once', ending('POST', 1, true), { done: 1 }],
  ['a PUT that was applied twice', ending('PUT', 2, true), { done: 1, twice: 0 }],
  ['a read', ending('GET', 0, true), { done: 1, succeededThoughNot: 0 }],
  ['a read that failed', ending('GET', 0, false), { lost: 1, failedThoughApplied: 0 }],
  ['a POST that was applied twice', ending('POST', 2, true), { done: 0, twice: 1 }],
  [
    'a PATCH that was applied twice, and told a failure',
    ending('PATCH', 2, false),
    { twice: 1, failedThoughApplied: 0 },
  ],
  ['lost', ending('POST', 0, false), { lost: 1 }],
  ['told a failure though applied', ending('DELETE', 1, false), { failedThoughApplied: 1, lost: 0 }],
  ['told a success though not', ending('PUT', 0, true), { succeededThoughNot: 1, done: 0 }],
])('%s', (_, one, expected) => {
  expect(tallyOf([one])).toMatchObject({ operations: 1, requestsPerOperation: 2, early: 1, ...expected });
});

test.each<[Effect, number, object]>([
  ['applied', 1, { right: 1 }],
  ['applied', 0, { wrong: 1 }],
  ['not-applied', 0, { right: 1 }],
  ['not-applied', 1, { wrong: 1 }],
  ['maybe-applied', 1, { undecided: 1 }],
])('%s, with %d effects', (effect, applied, expected) => {
  expect(tallyOf([ending('POST', applied, applied > 0, effect)]).effect).toMatchObject(expected);
});

test("a client without a statement about the effect isn't judged by it", () => {
  expect(tallyOf([ending('POST', 1, true)]).effect).toBeUndefined();
});

test('times are those of half and of 99 in 100', () => {
  const endings = Array.from({ length: 100 }, (_, index) => ({ ...ending('GET', 0, true), tookMs: 100 - index }));

  expect(tallyOf(endings)).toMatchObject({ medianMs: 51, p99Ms: 100 });
});
