import { keys, reportOf, wrapFetch } from '@twicesafe/fetch';
import { type IdempotencyStore, memoryStore } from '@twicesafe/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settled, turn } from './support/fake-time.ts';
import { createGate } from './support/gate.ts';
import { created, createPayments, type Payments, URL_OF_API } from './support/payments.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What twicesafe's client makes of the answers, without a network between. */
function send(api: Payments, body = '{}'): Promise<Response> {
  const bare: typeof globalThis.fetch = (input, init) => api.handle(new Request(input as string, init));
  const client = wrapFetch(bare, { idempotencyKey: keys.ietf(), innerRetries: 'none' });
  return client(URL_OF_API, { method: 'POST', body, retry: { idempotencyKey: 'k' } });
}

test('an interrupted request ends at once as maybe-applied', async () => {
  const died: IdempotencyStore = {
    ...memoryStore(),
    acquire: async (_, { fingerprint }) => ({ state: 'in-flight', fingerprint, attempt: 1, leaseLeftMs: 0 }),
    extend: async () => false,
    complete: async () => false,
    release: async () => false,
  };

  const report = reportOf(await settled(send(createPayments({ store: died }))));

  expect(report).toMatchObject({ effect: 'maybe-applied', decision: { reason: 'replayed-failure' } });
  expect(report?.attempts).toHaveLength(1);
});

test('a response that was not stored ends as maybe-applied', async () => {
  const api = createPayments({ maxResponseBytes: 10 }, () => new Response('x'.repeat(100), { status: 201 }));
  await settled(send(api));

  expect(reportOf(await settled(send(api)))).toMatchObject({ effect: 'maybe-applied', attempts: { length: 1 } });
});

test('a request in flight is waited for, as long as Retry-After says', async () => {
  const gate = createGate();
  const api = createPayments({ waitMs: 0 }, () => gate.opened.then(created));
  const first = send(api);
  while (api.effects.length === 0) await turn();
  const startedAt = performance.now();
  const second = send(api);
  setTimeout(gate.open, 500);

  const report = reportOf(await settled(second));

  expect(report).toMatchObject({ effect: 'applied', attempts: { length: 2 } });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_000);
  expect((await settled(first)).status).toBe(201);
});

test('a key reused for another request is refused once, and nothing is applied', async () => {
  const api = createPayments();
  await settled(send(api));

  const report = reportOf(await settled(send(api, 'other')));

  expect(report).toMatchObject({ effect: 'not-applied', effectReason: 'refusal-response', attempts: { length: 1 } });
});
