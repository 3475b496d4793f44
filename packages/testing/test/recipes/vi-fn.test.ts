import { expect, test, vi } from 'vitest';
import { placeOrder } from './place-order.ts';

test('vi.fn has an effect only if the mock counts it before failing', async () => {
  let orders = 0;
  const send = vi.fn<typeof fetch>(async () => {
    orders += 1;
    return Response.json({ id: orders });
  });
  send.mockImplementationOnce(async () => {
    orders += 1;
    const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
    throw new TypeError('fetch failed', { cause });
  });

  await placeOrder(send, 'http://shop.example/orders');

  expect(orders).toBe(2); // doubled
});
