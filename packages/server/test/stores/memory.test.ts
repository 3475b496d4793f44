import { memoryStore } from '@twicesafe/server';
import { storeConformance } from '@twicesafe/testing/suites/store';
import { expect, test } from 'vitest';

storeConformance(() => memoryStore());

const claim = { fence: 'fence', fingerprint: 'fingerprint', leaseMs: 1_000, keepMs: 10_000, takeOver: false };

test('refuses a new key when it is full, and evicts nothing', async () => {
  const store = memoryStore({ maxEntries: 2 });
  await store.acquire('in flight', claim);
  await store.acquire('completed', claim);
  await store.complete('completed', 'fence', 'outcome', 10_000);

  await expect(store.acquire('third', claim)).rejects.toThrow('the memory store is full: it holds 2 keys');

  expect(await store.acquire('in flight', { ...claim, fence: 'other' })).toMatchObject({ state: 'in-flight' });
  expect(await store.acquire('completed', claim)).toMatchObject({ state: 'completed', outcome: 'outcome' });
});

test('makes room for new keys by dropping expired ones', async ({ onTestFinished }) => {
  const { vi } = await import('vitest');
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const store = memoryStore({ maxEntries: 2 });
  await store.acquire('first', claim);
  await store.acquire('second', claim);
  vi.advanceTimersByTime(10_000);

  expect(await store.acquire('third', claim)).toEqual({ state: 'acquired', attempt: 1 });
  expect(await store.acquire('fourth', claim)).toEqual({ state: 'acquired', attempt: 1 });
});

test.each([0, -1, 1.5, Number.NaN, '2'])('refuses maxEntries of %j', (maxEntries) => {
  expect(() => memoryStore({ maxEntries: maxEntries as number })).toThrow(TypeError);
});
