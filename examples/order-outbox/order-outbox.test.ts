import { expect, test } from 'vitest';
import { demonstrate } from './demonstration.ts';

test('each order is paid once, although the shop is killed in the middle', { timeout: 300_000 }, async () => {
  const { orders, paid, requests } = await demonstrate({ orders: 12, kills: 2 });

  const names = Array.from({ length: 12 }, (_, index) => `order-${index + 1}`);
  expect(orders.toSorted()).toEqual(names.toSorted());
  expect(paid).toEqual(new Map([...paid.keys()].map((name) => [name, 1])));
  expect([...paid.keys()].toSorted()).toEqual(names.toSorted());
  expect(requests).toBeGreaterThanOrEqual(12);
});
