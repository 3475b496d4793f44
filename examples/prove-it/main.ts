import { provesSafe } from '@twicesafe/testing';
import { placeOrder } from './place-order.ts';

console.log('Without a key:\n');
console.log(String(await provesSafe((url) => placeOrder(url), { time: 'virtual' })));

console.log('\nWith a key:\n');
const keyed = (url: string): Promise<unknown> => placeOrder(url, { 'Idempotency-Key': 'order-7' });
console.log(String(await provesSafe(keyed, { time: 'virtual', duplicates: true })));
