import { Origin, processThenReset } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { withRetry, wrapFetch } from '../src/index.ts';

const soon = { backoff: () => 1 };

/** A library that passes nothing on but what it knows, and waits before it sends. */
function sdkOver(fetch: typeof globalThis.fetch) {
  return {
    async create(url: string): Promise<number> {
      await fetch(`${url}token`);
      await new Promise((resolve) => setImmediate(resolve));
      return (await fetch(`${url}orders`, { method: 'POST', body: 'order' })).status;
    },
  };
}

test('withRetry carries a key through an SDK, to one request and its repeats', async () => {
  await using origin = await Origin.listen();
  const sdk = sdkOver(wrapFetch(soon));
  origin.plays({ ...processThenReset(), name: 'token' });

  const created = await withRetry({ idempotencyKey: 'order-7' }, () => sdk.create(origin.url));

  expect(created).toBe(200);
  expect(origin.requests.map(({ target, headers }) => [target, headers['idempotency-key']])).toEqual([
    ['/token', undefined],
    ['/token', undefined],
    ['/orders', 'order-7'],
  ]);
});

test('withRetry carries maxAttempts, and two calls at once do not see each other', async () => {
  await using origin = await Origin.listen();
  const fetch = wrapFetch(soon);
  origin.plays(processThenReset(), processThenReset(), processThenReset(), processThenReset());

  const results = await Promise.allSettled([
    withRetry({ maxAttempts: 1 }, () => fetch(`${origin.url}once`)),
    withRetry({ maxAttempts: 2 }, () => fetch(`${origin.url}twice`)),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(origin.requests.map(({ target }) => target).sort()).toEqual(['/once', '/twice', '/twice']);
});

test('an option that is not allowed is refused before anything is called', () => {
  expect(() => withRetry({ maxAttempts: 0 }, () => 1)).toThrow(/maxAttempts must be a whole number/);
});
