import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { reportOf, wrapFetch } from '../src/index.ts';

const server = setupServer();
beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const url = 'https://api.test/orders';
const fetch = wrapFetch(undefined, { backoff: () => 1 });

/** Answers the first request so, and every other one with the order. */
function first(answer: () => Response): { count: number } {
  const seen = { count: 0 };
  server.use(
    http.all(url, () => {
      seen.count++;
      return seen.count === 1 ? answer() : HttpResponse.json({ id: 7 });
    }),
  );
  return seen;
}

test('a GET that fails once is an order for the caller', async () => {
  const seen = first(() => new HttpResponse(null, { status: 503 }));

  expect(await (await fetch(url)).json()).toEqual({ id: 7 });
  expect(seen.count).toBe(2);
});

test("a mock's network error proves nothing, so a POST is sent once", async () => {
  const seen = first(() => HttpResponse.error());

  const error = await fetch(url, { method: 'POST', body: '{}' }).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(TypeError);
  expect(seen.count).toBe(1);
  expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
});

test('a PUT that ends in a network error is repeated', async () => {
  const seen = first(() => HttpResponse.error());

  expect((await fetch(url, { method: 'PUT', body: '{}' })).status).toBe(200);
  expect(seen.count).toBe(2);
});
