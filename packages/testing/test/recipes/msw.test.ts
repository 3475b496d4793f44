import axios from 'axios';
import axiosRetry from 'axios-retry';
import { setupServer } from 'msw/node';
import pRetry from 'p-retry';
import { expect, test } from 'vitest';
import { provesSafe } from '../../src/index.ts';
import { handlersFor } from '../../src/msw/index.ts';
import { placeOrder } from './place-order.ts';

function listening(...handlers: Parameters<typeof setupServer>): Disposable {
  const server = setupServer(...handlers);
  server.listen({ onUnhandledFrame: 'error' });
  return { [Symbol.dispose]: () => server.close() };
}

test('msw shows the doubling after a lost 502', async () => {
  const faulty = handlersFor('lost502');
  using _server = listening(...faulty.handlers);

  await placeOrder(fetch, 'http://shop.example/orders');

  expect(faulty.effects).toHaveLength(2); // doubled
});

function byAxios(url: string): Promise<unknown> {
  const api = axios.create();
  axiosRetry(api, { retries: 1 });
  return api.post(url, 'order');
}

test('msw hides the doubling of axios-retry after a reset, which a socket shows', async () => {
  const faulty = handlersFor('resetAfter');
  {
    using _server = listening(...faulty.handlers);
    await byAxios('http://shop.example/orders').catch(() => {});
  }
  const proof = await provesSafe(byAxios, { faults: ['resetAfter'], on: [1] });

  expect(faulty.effects).toHaveLength(1); // hidden
  expect(proof.rows[1]).toMatchObject({ verdict: 'DOUBLED', effects: 2 });
});

test('a torn body ends well in msw, so truncated needs a socket', async () => {
  const reading = (url: string): Promise<string> =>
    pRetry(async () => await (await fetch(url, { method: 'POST' })).text(), { retries: 1, minTimeout: 1 });

  const proof = await provesSafe(reading, { faults: ['truncated'], on: [1] });

  expect(proof.rows[1]).toMatchObject({ verdict: 'DOUBLED', effects: 2 });
  expect(() => handlersFor('truncated')).toThrow('msw lets a body that breaks off end well, which hides doublings');
});
