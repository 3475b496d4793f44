import { MockAgent, fetch as undiciFetch } from 'undici';
import { expect, test } from 'vitest';
import { placeOrder } from './place-order.ts';

const intercepted = { path: '/orders', method: 'POST' };

/** Node's fetch and undici's have different types, and the same meaning. */
function fetchBy(dispatcher: MockAgent): typeof fetch {
  return ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
}

test('MockAgent loses an answer after the effect if its reply counts, then throws', async () => {
  await using agent = Object.assign(new MockAgent(), { [Symbol.asyncDispose]: () => agent.close() });
  agent.disableNetConnect();
  let orders = 0;
  const pool = agent.get('http://shop.example');
  pool.intercept(intercepted).reply(() => {
    orders += 1;
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  });
  pool.intercept(intercepted).reply(() => {
    orders += 1;
    return { statusCode: 201 };
  });

  await placeOrder(fetchBy(agent), 'http://shop.example/orders');

  expect(orders).toBe(2); // doubled
});

test("undici's MockAgent cannot truncate: an answer shorter than its Content-Length ends well", async () => {
  await using agent = Object.assign(new MockAgent(), { [Symbol.asyncDispose]: () => agent.close() });
  agent
    .get('http://shop.example')
    .intercept(intercepted)
    .reply(201, 'torn', { headers: { 'content-length': '999' } });

  const response = await placeOrder(fetchBy(agent), 'http://shop.example/orders');

  expect(await response.text()).toBe('torn');
});
