import { type Acquired, type IdempotencyStore, memoryStore, NotApplied } from '@twicesafe/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { settled } from '../support/fake-time.ts';
import { created, createPayments, seen } from '../support/payments.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a store that is away before anything ran', () => {
  test('is answered with 503, and nothing runs', async () => {
    const store = new FragileStore();
    const api = createPayments({ store });
    store.fails('acquire', 2);

    const response = await settled(api.pay('k'));

    expect(await seen(response)).toEqual([503, false, 'store-unavailable']);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(api.effects).toEqual([]);
    expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
  });

  test('is asked twice, because only its reply may have been lost', async () => {
    const store = new FragileStore();
    const api = createPayments({ store });
    store.losesReply('acquire', 1);

    expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
    expect(api.effects).toHaveLength(1);
  });

  test('gets back a key that it acquired although its replies were lost', async () => {
    const store = new FragileStore();
    const api = createPayments({ store, waitMs: 0 });
    store.losesReply('acquire', 2);

    expect(await seen(await settled(api.pay('k')))).toEqual([503, false, 'store-unavailable']);
    expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
  });

  test('is not waited for longer than two seconds', async () => {
    const store = new FragileStore();
    const api = createPayments({ store, waitMs: 0 });
    store.hangs('acquire', 1);
    const startedAt = performance.now();

    expect(await seen(await settled(api.pay('k')))).toEqual([503, false, 'store-unavailable']);
    expect(performance.now() - startedAt).toBeLessThan(2_100);
  });

  test('may throw instead of rejecting', async () => {
    const acquire = (): never => {
      throw new Error('own');
    };
    const api = createPayments({ store: Object.assign(new FragileStore(), { acquire }) });

    expect(await seen(await settled(api.pay('k')))).toEqual([503, false, 'store-unavailable']);
  });
});

describe('a store that is away after the effect', () => {
  test('gets the outcome when it is back in time', async () => {
    const store = new FragileStore();
    const api = createPayments({ store });
    store.fails('complete', 4);

    expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
    expect(await seen(await settled(api.pay('k')))).toEqual([201, true]);
    expect(api.events).toContainEqual({ type: 'response-stored', key: 'k', attempt: 1, status: 201 });
  });

  test.each(['fails', 'hangs'] as const)('and %s does not keep the client from its answer', async (how) => {
    const store = new FragileStore();
    const api = createPayments({ store, leaseMs: 10_000, waitMs: 0 });
    store[how]('complete', Number.POSITIVE_INFINITY);

    expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
    expect(await seen(await settled(api.pay('k')))).toEqual([409, false, 'in-flight']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await seen(await settled(api.pay('k')))).toEqual([500, true, 'interrupted']);
    expect(api.effects).toHaveLength(1);
    expect(api.events).toContainEqual({ type: 'outcome-lost', key: 'k', attempt: 1, status: 201 });
    expect(api.events).toContainEqual(expect.objectContaining({ type: 'store-failed', action: 'complete' }));
  });

  test('may have stored the outcome although its reply was lost', async () => {
    const store = new FragileStore();
    const api = createPayments({ store });
    store.losesReply('complete', 1);

    await settled(api.pay('k'));

    expect(await seen(await settled(api.pay('k')))).toEqual([201, true]);
    expect(api.events).toContainEqual({ type: 'response-stored', key: 'k', attempt: 1, status: 201 });
  });

  test('gets a key back that was not used', async () => {
    const store = new FragileStore();
    const answers = [(): Response => created(), () => new NotApplied(new Response(null, { status: 409 }))];
    const api = createPayments({ store }, () => answers.pop()?.() ?? created());
    store.fails('release', 4);

    expect((await settled(api.pay('k'))).status).toBe(409);
    expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
  });
});

test('takes a lease over that expires during a slow lookup', async () => {
  const store = memoryStore();
  const late: IdempotencyStore = {
    extend: async () => true,
    complete: (...parameters) => store.complete(...parameters),
    release: (...parameters) => store.release(...parameters),
    acquire: vi
      .fn((...parameters: Parameters<IdempotencyStore['acquire']>) => store.acquire(...parameters))
      .mockImplementationOnce(async (_, { fingerprint }) => {
        return { state: 'in-flight', fingerprint, attempt: 1, leaseLeftMs: -0.1 };
      }),
  };
  const api = createPayments({ store: late, interrupted: 'run-again' });

  expect(await seen(await settled(api.pay('k')))).toEqual([201, false]);
});

test('a record that cannot be read is an outcome that was not stored', async () => {
  const store = new FragileStore();
  const api = createPayments({ store });
  store.damages('outcome');
  await settled(api.pay('k'));

  expect(await seen(await settled(api.pay('k')))).toEqual([500, true, 'response-not-stored']);
  expect(api.effects).toHaveLength(1);
});

type Action = 'acquire' | 'extend' | 'complete' | 'release';
type Fault = 'fail' | 'lose the reply' | 'hang';

/** A memory store behind a bad network. */
class FragileStore implements IdempotencyStore {
  readonly #store = memoryStore();
  readonly #faults = new Map<Action, { fault: Fault; left: number }>();
  #damage: string | undefined;

  fails(action: Action, times: number): void {
    this.#faults.set(action, { fault: 'fail', left: times });
  }

  losesReply(action: Action, times: number): void {
    this.#faults.set(action, { fault: 'lose the reply', left: times });
  }

  hangs(action: Action, times: number): void {
    this.#faults.set(action, { fault: 'hang', left: times });
  }

  damages(outcome: string): void {
    this.#damage = outcome;
  }

  acquire(...parameters: Parameters<IdempotencyStore['acquire']>): Promise<Acquired> {
    return this.#call('acquire', () => this.#store.acquire(...parameters));
  }

  extend(...parameters: Parameters<IdempotencyStore['extend']>): Promise<boolean> {
    return this.#call('extend', () => this.#store.extend(...parameters));
  }

  complete(key: string, fence: string, outcome: string, keepMs: number): Promise<boolean> {
    return this.#call('complete', () => this.#store.complete(key, fence, this.#damage ?? outcome, keepMs));
  }

  release(...parameters: Parameters<IdempotencyStore['release']>): Promise<boolean> {
    return this.#call('release', () => this.#store.release(...parameters));
  }

  async #call<Value>(action: Action, call: () => Promise<Value>): Promise<Value> {
    const fault = this.#faults.get(action);
    if (!fault || fault.left === 0) return call();
    fault.left -= 1;
    if (fault.fault === 'hang') return new Promise(() => {});
    if (fault.fault === 'lose the reply') await call();
    throw new Error(`${action}: connection reset`);
  }
}
