import { expect, test } from 'vitest';
import { retryEverything, twicesafe } from './clients.ts';
import { runColumn } from './column.ts';
import { isRepeatable, makePlan } from './plan.ts';
import { tableOf } from './table.ts';

const plan = makePlan();

test('the plan has a hundred operations, and each method meets each fault', () => {
  expect(plan).toHaveLength(100);
  const met = new Set(plan.map(({ method, keyed, fault }) => `${method} ${keyed} ${fault}`));
  expect(met.size).toBeGreaterThan(35);
});

test('twicesafe applies nothing twice, and tells no effect wrong', async () => {
  const column = await runColumn(twicesafe, plan);

  expect(column).toMatchObject({ operations: 100, appliedTwice: 0, lost: 0, early: 0, effects: { wrong: 0 } });
  // Every undecided one may not be repeated, or is a DELETE that probably met its own success.
  const undecided = column.reports.filter(([, { effect }]) => effect === 'maybe-applied');
  expect(
    undecided.filter(
      ([operation, { effectReason }]) => isRepeatable(operation) && effectReason !== 'probably-ours-gone',
    ),
  ).toEqual([]);
}, 30_000);

test('retrying everything applies some twice: the faults are real', async () => {
  const column = await runColumn(retryEverything, plan);

  expect(column.appliedTwice).toBeGreaterThan(0);
  expect(column.early).toBeGreaterThan(0);
  expect(tableOf({ column }, false).join('\n')).toContain('nobody says');
}, 30_000);
