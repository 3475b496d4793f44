import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FAULT_NAMES } from '../../src/faults/faults.ts';
import { handlersFor } from '../../src/msw/index.ts';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
beforeEach(() => server.resetHandlers());
afterAll(() => server.close());

const url = 'http://shop.example/orders';

async function seen(init: RequestInit = {}, silenceMs = 10_000): Promise<unknown> {
  const sent = fetch(url, {
    method: 'POST',
    body: 'order',
    redirect: 'manual',
    signal: AbortSignal.timeout(silenceMs),
    ...init,
  });
  return await sent.then(
    async (response) => [response.status, await response.text()],
    (error) => (error.name === 'TimeoutError' ? 'silence' : error.name),
  );
}

const whole = [200, '{"id":"1","ok":true}'];

test.each([
  ['none', 1, whole],
  ['resetBefore', 0, 'TypeError'],
  ['resetAfter', 1, 'TypeError'],
  ['lost502', 1, [502, '']],
  ['failed500', 0, [500, '']],
  ['slow', 1, 'silence'],
  ['hang', 1, 'silence'],
  ['hangBefore', 0, 'silence'],
  ['busy503', 0, [503, '']],
  ['limited429', 0, [429, '']],
  ['seeOther303', 1, [303, '']],
  ['redirect307', 0, [307, '']],
  ['redirect302', 0, [302, '']],
] as const)('%s over msw: %d effects, and the client sees %j', async (name, effects, answer) => {
  const faulty = handlersFor(name);
  server.use(...faulty.handlers);

  expect(await seen({}, answer === 'silence' ? 100 : 10_000)).toEqual(answer);
  expect([faulty.arrivals, faulty.effects.length]).toEqual([1, effects]);
});

test('only the first request with an effect meets the fault', async () => {
  const faulty = handlersFor('lost502');
  server.use(...faulty.handlers);

  const answers = [await seen({ method: 'GET', body: null }), await seen(), await seen()];

  expect(answers).toEqual([whole, [502, ''], whole]);
  expect(faulty.effects.map(({ method, target, text }) => [method, target, text])).toEqual([
    ['POST', '/orders', 'order'],
    ['POST', '/orders', 'order'],
  ]);
});

test('keys are honored, and the application may answer in its own way', async () => {
  const faulty = handlersFor('lost502', {
    url: 'http://shop.example/*',
    answer: ({ target }) => ({ status: 201, headers: { 'x-tag': ['a', 'b'] }, body: `made ${target}` }),
  });
  server.use(...faulty.handlers);
  const headers = { 'idempotency-key': 'k1' };

  const answers = [await seen({ headers }), await seen({ headers }), await seen({ headers, body: 'other' })];

  expect(answers).toMatchObject([
    [502, ''],
    [201, 'made /orders'],
    [422, expect.stringContaining('first used with')],
  ]);
  expect(faulty.effects).toHaveLength(1);
});

test('503 and 429 set Retry-After, and slow answers after its delay', async () => {
  const busy = handlersFor('busy503', { retryAfterSeconds: 7 });
  server.use(...busy.handlers);
  const response = await fetch(url, { method: 'POST' });
  server.resetHandlers(...handlersFor('slow', { slowMs: 5 }).handlers);

  expect(response.headers.get('retry-after')).toBe('7');
  expect(await seen()).toEqual(whole);
});

test.each(['refused', 'closeBefore', 'closeAfter', 'truncated', 'duplicated'] as const)(
  '%s cannot be played by msw, which says so and points to the socket',
  (name) => {
    expect(() => handlersFor(name)).toThrow(new RegExp(`^msw cannot play ${name}: .*use provesSafe or scriptedOrigin`));
  },
);

test('`hides` names the aspects that msw hides', () => {
  expect(handlersFor('resetAfter').hides).toContain('clients that double on ECONNRESET do not');
  expect(handlersFor('lost502').hides).toBeUndefined();
});

test('every fault is either played or refused', () => {
  const played = FAULT_NAMES.filter((name) => {
    try {
      return handlersFor(name).handlers.length === 1;
    } catch {
      return false;
    }
  });

  expect([FAULT_NAMES.length, played.length]).toEqual([18, 13]);
  expect(() => handlersFor('unheardOf' as 'none')).toThrow('name must name a fault');
});
