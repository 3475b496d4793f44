import { provesSafe } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { placeOrder } from './place-order.ts';

test('without a key, the order is placed twice wherever the answer is lost', async () => {
  const proof = await provesSafe((url) => placeOrder(url), { time: 'virtual', on: [1] });

  expect(proof.bad.map(({ fault, verdict }) => `${fault}: ${verdict}`)).toEqual([
    'resetAfter: DOUBLED',
    'closeAfter: DOUBLED',
    'truncated: DOUBLED',
    'lost502: DOUBLED',
    'slow: DOUBLED',
    'hang: DOUBLED',
    'seeOther303: DOUBLED',
  ]);
});

test('with a key, the same function is safe under every fault', async () => {
  const keyed = (url: string): Promise<unknown> => placeOrder(url, { 'Idempotency-Key': 'order-7' });

  const proof = await provesSafe(keyed, { time: 'virtual', strict: true, duplicates: true });

  expect(String(proof)).toContain('All 35 runs were safe.');
});
