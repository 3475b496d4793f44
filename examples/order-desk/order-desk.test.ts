import { expect, test } from 'vitest';
import { retryEverything, twicesafe } from './clients.ts';
import { runColumn } from './column.ts';
import { makePlan } from './plan.ts';
import { tableOf } from './table.ts';

const plan = makePlan();

test('the plan has a hundred operations, and each method meets each fault', () => {
  expect(plan).toHaveLength(100);
  const met = new Set(plan.map(({ method, keyed, fault }) => `${method} ${keyed} ${fault}`));
  expect(met.size).toBeGreaterThan(35);
});

test('twicesafe applies nothing twice, and tells no effect wrong', async () => {
  const column = await runColumn(twicesafe, plan);

  expect(column).toMatchObject({ operations: 100, appliedTwice: 0, effects: { wrong: 0 } });
  const repeatable = plan.filter(({ method, keyed }) => keyed || !['POST', 'PATCH'].includes(method));
  const lost = column.reports.filter(
    ([operation, { effect }]) => repeatable.includes(operation) && effect === 'maybe-applied',
  );
  // A DELETE that met its own success is in doubt by what the server says, and probably ours.
  expect(lost.map(([, { effectReason }]) => effectReason).filter((reason) => reason !== 'probably-ours-gone')).toEqual(
    [],
  );
}, 30_000);

test('retrying everything applies some twice: the faults are real', async () => {
  const column = await runColumn(retryEverything, plan);

  expect(column.appliedTwice).toBeGreaterThan(0);
  expect(tableOf({ column }, false).join('\n')).toContain('nobody says');
}, 30_000);
