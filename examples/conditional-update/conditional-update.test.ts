import { expect, test } from 'vitest';
import { listen } from './document-api.ts';
import { update } from './update.ts';

test.each([
  [0, 204, 'success-response'],
  [1, 412, 'confirmed'],
  [9, undefined, 'confirmed'],
])('with %i lost answers: status %s, applied once, by %s', async (cuts, status, effectReason) => {
  await using api = await listen(cuts);

  expect(await update(api.url, 'second')).toMatchObject({ status, report: { effect: 'applied', effectReason } });
  expect(api.versions).toEqual(['first', 'second']);
});
