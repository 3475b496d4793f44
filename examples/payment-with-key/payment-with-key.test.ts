import { expect, test } from 'vitest';
import { pay } from './pay.ts';
import { type Fault, listen } from './payment-api.ts';

test.each<[Fault[], string, string, number]>([
  [[], 'applied', 'success-response', 1],
  [['cut after'], 'applied', 'success-response', 2],
  [['cut before', 'cut after'], 'applied', 'success-response', 3],
  [['cut after', 'cut after', 'cut after'], 'applied', 'confirmed', 3],
  [['cut before', 'cut before', 'cut before'], 'maybe-applied', 'outcome-unknown', 3],
])('%j: the payment is %s, by %s', async (faults, effect, effectReason, attempts) => {
  await using api = await listen(...faults);

  const report = await pay(api.url, 'order-7', 1200);

  expect(report).toMatchObject({ effect, effectReason, attempts: { length: attempts } });
  expect(api.payments).toHaveLength(effect === 'applied' ? 1 : 0);
});

test('a second call is the same operation for the server', async () => {
  await using api = await listen();

  await pay(api.url, 'order-7', 1200);
  await pay(api.url, 'order-7', 1200);

  expect(api.payments).toHaveLength(1);
});
