import { budgets, createRetryPolicy, type RetryOptions, wrapFetch } from '@twicesafe/fetch';
import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { RetryTally } from '../src/storm/retry-tally.ts';
import { STORM, Storm, type StormPlan, type StormResult } from '../src/storm/storm.ts';

/** Rolls of dice that are the same in every run. */
function dice(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

/** A storm over `wrapFetch`, with a server that takes 10 ms for an answer, on a clock that does not take any. */
async function storm(options: RetryOptions, plan: StormPlan = STORM): Promise<StormResult> {
  const clock = new VirtualClock(dice());
  const weather = new Storm(plan, clock);
  const serve = async (_url: string): Promise<Response> => {
    const status = weather.answer();
    await new Promise<void>((resolve) => clock.after(10, resolve));
    return new Response(null, { status });
  };
  const fetch = wrapFetch(serve, createRetryPolicy(options, clock));
  return clock.run(weather.rage(async () => (await fetch('https://api.example/orders')).ok));
}

/** The same storm for a client with so many operations a second. */
const sized = (operationsPerSecond: number): StormPlan => ({
  ...STORM,
  operationsPerSecond,
  fairCapacity: operationsPerSecond * 1.2,
  poorCapacity: operationsPerSecond * 0.24,
});

test.each([200, 500, 1000])('the default budget holds in a storm of %d operations a second', async (perSecond) => {
  const [ours, never] = [await storm({}, sized(perSecond)), await storm({ maxAttempts: 1 }, sized(perSecond))];

  expect(never.requestsPerOperation).toBeCloseTo(1);
  expect(ours.requestsPerOperation).toBeLessThanOrEqual(1.1);
  expect(ours.served).toBeGreaterThanOrEqual(never.served * 0.95);
  expect(ours.recovered).toBeGreaterThanOrEqual(never.recovered * 0.95);
  expect(ours).toMatchObject({ requestsPerOperationAfter: 1, failedAfter: 0 });
});

test('the storm of docs/pacing.md: at most 1.06 requests per operation, and no lost success', async () => {
  const [ours, never] = [await storm({}), await storm({ maxAttempts: 1 })];

  expect(ours.requestsPerOperation).toBeLessThanOrEqual(1.06);
  expect(ours.recovered).toBeGreaterThanOrEqual(never.recovered * 0.97);
  expect(ours).toMatchObject({ requestsPerOperationAfter: 1, failedAfter: 0 });
});

test('without a budget the same storm brings more than two requests for each operation', async () => {
  const result = await storm({ budget: 'none' });

  expect(result.requestsPerOperation).toBeGreaterThan(2);
});

test('the window budget bounds it too', async () => {
  const result = await storm({ budget: budgets.window({ ratio: 0.1, minPerSecond: 5 }) });

  expect(result.requestsPerOperation).toBeLessThanOrEqual(1.1);
});

test.each([20, 200, 1000])('with one fault in twenty, all of %d operations a second succeed', async (perSecond) => {
  const clock = new VirtualClock(dice());
  const roll = dice();
  const failed = new Set<string>();
  const serve = async (url: string): Promise<Response> => {
    await new Promise<void>((resolve) => clock.after(10, resolve));
    if (!url.endsWith('faulty') || failed.has(url)) return new Response();
    failed.add(url);
    throw new TypeError('fetch failed');
  };
  const fetch = wrapFetch(serve, createRetryPolicy({}, clock));
  const weather = new Storm(sized(perSecond), clock);
  let number = 0;

  const { recovered } = await clock.run(
    weather.rage(async () => (await fetch(`https://api.example/${number++}${roll() < 0.05 ? '/faulty' : ''}`)).ok),
  );

  expect(failed.size).toBeGreaterThan(0);
  expect(recovered).toBe(perSecond * 5);
});

test('a success refunds its retries, or a tenth of one if it took one attempt', () => {
  const tally = new RetryTally();
  for (const [operation, status] of [
    ['/1', 200],
    ['/2', 503],
    ['/2', 503],
    ['/2', 200],
    ['/3', 503],
    ['/3', 503],
  ] as const)
    tally.add(operation, status);

  expect(tally.unpaid).toBeCloseTo(3 - 0.1 - 1);
});
