import { expect, test } from 'vitest';
import { StrayRequests } from '../../src/copies/stray-requests.ts';

const stray = (path: string) => ({ method: 'POST', origin: 'http://api.test', path });
const isOrder = ({ path }: { readonly path: string }) => path === '/orders';

test('only requests after the count are looked at', () => {
  const strays = new StrayRequests();
  strays.add(stray('/orders'));
  const { count } = strays;
  strays.add(stray('/carts'));

  expect(strays.mayInclude(0, isOrder)).toBe(true);
  expect(strays.mayInclude(count, isOrder)).toBe(false);
});

test('a thousand are kept, and one that is forgotten may have been any', () => {
  const strays = new StrayRequests();
  strays.add(stray('/orders'));
  for (let added = 0; added < 1000; added++) strays.add(stray('/carts'));

  expect(strays.mayInclude(0, isOrder)).toBe(true);
  expect(strays.mayInclude(1, isOrder)).toBe(false);
  expect(strays.mayInclude(1, ({ path }) => path === '/carts')).toBe(true);
});
