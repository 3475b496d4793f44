import { Origin } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { wrapFetch } from '../src/index.ts';

// In a file of its own, because only one fetch is wrapped.
test('the only wrapped fetch, which a logger patches afterwards, does not call itself', async () => {
  await using origin = await Origin.listen();
  const original = globalThis.fetch;
  const wrapped = wrapFetch() as typeof fetch;
  globalThis.fetch = (input, init) => wrapped(input, init);

  const response = await globalThis.fetch(origin.url).finally(() => {
    globalThis.fetch = original;
  });

  expect(response.status).toBe(200);
  expect(origin.requests).toHaveLength(1);
});
