import { listen } from '@twicesafe/example-busy-server';
import { expect, test } from 'vitest';
import { addNote, placeOrder, readOrder } from './orders.ts';

test('the example retries and explains', async () => {
  await using server = await listen();

  expect(await readOrder(server.url)).toContain('the method is safe');
  expect(await placeOrder(server.url, 'order-7')).toContain('idempotency key order-7: 2 attempts');
  expect(await addNote(server.url, 'call back')).toMatch(
    /status code 503\. .*No retry: the server may have processed the request/s,
  );

  expect(server.methods).toEqual(['GET', 'GET', 'POST', 'POST', 'POST']);
});
