import { type Acquired, type IdempotencyStore, LeaseLost, memoryStore } from '@twicesafe/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { settled, turn } from '../support/fake-time.ts';
import { createGate } from '../support/gate.ts';
import { created, createPayments, type Payments, seen } from '../support/payments.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LEASE_MS = 600;

describe('a handler that is slower than its lease', () => {
  test('keeps its key, because the lease is renewed', async () => {
    const gate = createGate();
    const api = createPayments({ leaseMs: LEASE_MS, waitMs: 0, interrupted: 'run-again' }, () =>
      gate.opened.then(created),
    );
    const first = api.pay('k');
    await running(api);
    await vi.advanceTimersByTimeAsync(10 * LEASE_MS);

    expect(await seen(await settled(api.pay('k')))).toEqual([409, false, 'in-flight']);
    gate.open();

    expect(await seen(await settled(first))).toEqual([201, false]);
    expect(await seen(await settled(api.pay('k')))).toEqual([201, true]);
    expect(api.effects).toHaveLength(1);
  });

  test('keeps its key beyond the keep time', async () => {
    const gate = createGate();
    const api = createPayments({ leaseMs: LEASE_MS, keepMs: LEASE_MS, waitMs: 0 }, () => gate.opened.then(created));
    const first = api.pay('k');
    await running(api);
    await vi.advanceTimersByTimeAsync(10 * LEASE_MS);

    expect(await seen(await settled(api.pay('k')))).toEqual([409, false, 'in-flight']);
    gate.open();
    expect(await seen(await settled(first))).toEqual([201, false]);
  });

  test('keeps its key before the first renewal, even if the keep time is shorter', async () => {
    const gate = createGate();
    const api = createPayments({ leaseMs: LEASE_MS, keepMs: 1, waitMs: 0 }, () => gate.opened.then(created));
    const first = api.pay('k');
    await running(api);
    await vi.advanceTimersByTimeAsync(LEASE_MS / 6);

    expect(await seen(await settled(api.pay('k')))).toEqual([409, false, 'in-flight']);
    gate.open();
    await settled(first);
  });

  test('leaves no timer behind', async () => {
    const api = createPayments({ leaseMs: LEASE_MS });

    await settled(api.pay('k'));
    await settled(api.pay('k'));

    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a process that dies with a request in flight', () => {
  test('keeps a key in flight while its lease runs, and in doubt afterwards', async () => {
    const store = memoryStore();
    await startAndDie(store);
    const api = createPayments({ store, leaseMs: LEASE_MS, waitMs: 0 });

    expect(await seen(await settled(api.pay('k')))).toEqual([409, false, 'in-flight']);
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(await seen(await settled(api.pay('k')))).toEqual([500, true, 'interrupted']);
    expect(await seen(await settled(api.pay('k')))).toEqual([500, true, 'interrupted']);
    expect(api.effects).toEqual([]);
  });

  test('leaves a key that runs once more with run-again, and then only once', async () => {
    const attempts: number[] = [];
    const store = memoryStore();
    await startAndDie(store);
    const api = createPayments({ store, leaseMs: LEASE_MS, interrupted: 'run-again' }, (_, { attempt }) => {
      attempts.push(attempt);
      return created();
    });
    await vi.advanceTimersByTimeAsync(LEASE_MS);

    const responses = await settled(Promise.all(Array.from({ length: 20 }, () => api.pay('k'))));

    expect(attempts).toEqual([2]);
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
  });

  test('leaves a key that is refused to another request even with run-again', async () => {
    const store = memoryStore();
    await startAndDie(store);
    const api = createPayments({ store, leaseMs: LEASE_MS, interrupted: 'run-again' });
    await vi.advanceTimersByTimeAsync(LEASE_MS);

    expect(await seen(await settled(api.pay('k', { body: 'other' })))).toEqual([422, false, 'key-reused']);
  });

  test('leaves a key that is forgotten after the keep time', async () => {
    const store = memoryStore();
    await startAndDie(store);
    const api = createPayments({ store });
    await vi.advanceTimersByTimeAsync(86_400_000);

    expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
  });
});

describe('a lease that is lost', () => {
  test('aborts the signal, and the late outcome does not replace the new one', async () => {
    const store = memoryStore();
    const gate = createGate();
    let signal: AbortSignal | undefined;
    const stale = createPayments({ store: withoutExtend(store), leaseMs: LEASE_MS }, async (_, context) => {
      ({ signal } = context);
      await gate.opened;
      return new Response('late');
    });
    const api = createPayments({ store, interrupted: 'run-again' });
    const late = stale.pay('k');
    await running(stale);
    await vi.advanceTimersByTimeAsync(2 * LEASE_MS);

    expect(signal?.reason).toBeInstanceOf(LeaseLost);
    expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
    gate.open();

    expect(await (await settled(late)).text()).toBe('late');
    expect(await seen(await settled(api.pay('k')))).toEqual([201, true]);
    expect(stale.events.map(({ type }) => type)).toEqual(['lease-lost', 'outcome-lost']);
  });

  test('is noticed as soon as the store says so', async () => {
    const store = { ...bound(memoryStore()), extend: async () => false };
    const gate = createGate();
    let signal: AbortSignal | undefined;
    const api = createPayments({ store, leaseMs: LEASE_MS }, async (_, context) => {
      ({ signal } = context);
      await gate.opened;
      return created();
    });
    const response = api.pay('k');
    await running(api);
    await vi.advanceTimersByTimeAsync(LEASE_MS / 3);

    expect(signal?.aborted).toBe(true);
    gate.open();
    await settled(response);
  });

  test('is not assumed while a transaction is completing the record', async () => {
    const store = { ...bound(memoryStore()), extend: async () => false };
    const gate = createGate();
    let signal: AbortSignal | undefined;
    const api = createPayments({ store, leaseMs: LEASE_MS }, async (_, context) => {
      ({ signal } = context);
      context.held?.begin();
      await gate.opened;
      context.held?.end('committed', '{"s":201,"h":[]}');
      return created();
    });
    const response = api.pay('k');
    await running(api);
    await vi.advanceTimersByTimeAsync(2 * LEASE_MS);

    expect(signal?.aborted).toBe(false);
    gate.open();
    await settled(response);
    expect(api.events).toEqual([]);
  });

  test('is not assumed after one failed renewal', async () => {
    const store = bound(memoryStore());
    const extend = vi.fn(store.extend).mockRejectedValueOnce(new Error('away'));
    const gate = createGate();
    const api = createPayments({ store: { ...store, extend }, leaseMs: LEASE_MS, waitMs: 0 }, () =>
      gate.opened.then(created),
    );
    const first = api.pay('k');
    await running(api);
    await vi.advanceTimersByTimeAsync(3 * LEASE_MS);

    expect(await seen(await settled(api.pay('k')))).toEqual([409, false, 'in-flight']);
    gate.open();
    expect(await seen(await settled(first))).toEqual([201, false]);
    expect(api.events.map(({ type }) => type)).not.toContain('lease-lost');
  });
});

test('a client that leaves does not abort the handler', async () => {
  const client = new AbortController();
  const gate = createGate();
  const api = createPayments({}, async (request, { signal }) => {
    await gate.opened;
    return Response.json([request.signal.aborted, signal.aborted]);
  });
  const response = api.handle(
    new Request('http://127.0.0.1/payments', {
      method: 'POST',
      body: '{}',
      headers: { 'idempotency-key': 'k' },
      signal: client.signal,
    }),
  );
  client.abort();
  gate.open();

  expect(await (await settled(response)).json()).toEqual([false, false]);
});

/** Resolves once the handler runs. */
async function running({ effects }: Payments): Promise<void> {
  while (effects.length === 0) await turn();
}

/** A request whose process dies in the handler: its lease is renewed no more. */
async function startAndDie(store: IdempotencyStore): Promise<void> {
  const dying = createPayments({ store: withoutExtend(store), leaseMs: LEASE_MS }, () => new Promise(() => {}));
  void dying.pay('k');
  await running(dying);
  vi.clearAllTimers();
}

/** A store as an object that can be spread. */
function bound(store: IdempotencyStore): IdempotencyStore {
  return {
    acquire: (key, claim): Promise<Acquired> => store.acquire(key, claim),
    extend: (key, fence, leaseMs) => store.extend(key, fence, leaseMs),
    complete: (key, fence, outcome, keepMs) => store.complete(key, fence, outcome, keepMs),
    release: (key, fence) => store.release(key, fence),
  };
}

/** A store that cannot be reached for renewals, as from a stalled process. */
function withoutExtend(store: IdempotencyStore): IdempotencyStore {
  return { ...bound(store), extend: () => Promise.reject(new Error('stalled')) };
}
