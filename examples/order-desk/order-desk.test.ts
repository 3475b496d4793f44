import { expect, test } from 'vitest';
import { retryEverything, twicesafe, twicesafeWithKeys } from './clients.ts';
import { runColumn } from './column.ts';
import { isRepeatable, makePlan } from './plan.ts';
import { tableOf } from './table.ts';

const plan = makePlan();

test('the plan has a hundred operations, and each method meets each fault', () => {
  expect(plan).toHaveLength(100);
  const met = new Set(plan.map(({ method, fault }) => `${method} ${fault}`));
  expect(met.size).toBe(5 * 7);
});

test('twicesafe does nothing twice and reports no wrong effect', async () => {
  const column = await runColumn(twicesafe, plan);

  expect(column).toMatchObject({ operations: 100, doneTwice: 0, early: 0, effects: { wrong: 0 } });
  expect(column.doneOnce + column.notDone).toBe(100);
  expect(column.notDone).toBe(column.leftAlone);
  expect(column.notDone).toBeGreaterThan(0);
  // An undecided operation may not be repeated, or is a DELETE that probably met its own success.
  const undecided = column.reports.filter(([, { effect }]) => effect === 'maybe-applied');
  expect(
    undecided.filter(
      ([operation, { effectReason }]) => isRepeatable(operation) && effectReason !== 'probably-ours-gone',
    ),
  ).toEqual([]);
}, 30_000);

test('with keys, twicesafe does everything once', async () => {
  const column = await runColumn(twicesafeWithKeys, plan);

  expect(column).toMatchObject({ doneOnce: 100, doneTwice: 0, notDone: 0, early: 0, effects: { wrong: 0 } });
}, 30_000);

test('retrying everything does some operations twice', async () => {
  const column = await runColumn(retryEverything, plan);

  expect(column.doneTwice).toBeGreaterThan(0);
  expect(column.early).toBeGreaterThan(0);
  expect(tableOf({ column }, false).join('\n')).toContain('no report');
}, 30_000);
