import { expect, test } from 'vitest';
import { type Fault, listen } from './document-api.ts';
import { update } from './update.ts';

test.each<[Fault[], number | undefined, string]>([
  [[], 204, 'success-response'],
  [['lost'], 412, 'confirmed'],
  [['lost', 'lost', 'lost'], undefined, 'confirmed'],
])('after %j: status %s, applied once, by %s', async (faults, status, effectReason) => {
  await using api = await listen(...faults);

  expect(await update(api.url, 'second')).toMatchObject({ status, report: { effect: 'applied', effectReason } });
  expect(api.versions).toEqual(['first', 'second']);
});

test('a server that still works on the change leaves it in doubt', async () => {
  await using api = await listen('slow', 'slow', 'slow');

  const { report } = await update(api.url, 'second');
  expect(api.versions).toEqual(['first']);
  api.finish();

  expect(api.versions).toEqual(['first', 'second']);
  expect(report).toMatchObject({ effect: 'maybe-applied', effectReason: 'outcome-unknown' });
});

test('a later change by another client leaves it in doubt', async () => {
  await using api = await listen('overwritten');

  const { status, report } = await update(api.url, 'second');

  expect(api.versions).toEqual(['first', 'second', 'of another client']);
  expect(status).toBe(412);
  expect(report).toMatchObject({ effect: 'maybe-applied', effectReason: 'probably-ours-precondition' });
});

test('a document that has the text already proves nothing', async () => {
  await using api = await listen('slow', 'slow', 'slow');

  const { report } = await update(api.url, 'first');

  expect(report?.effect).toBe('maybe-applied');
});
