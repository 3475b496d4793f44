import { afterEach, expect, test, vi } from 'vitest';
import { provesSafe } from '../../src/index.ts';
import { post, postAgain } from '../support/post.ts';

// Real time, real processes: a busy machine takes longer.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  vi.useRealTimers();
});

/** Keeps the event loop busy, as a slow machine does. */
function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('an outage lasts for so many connections, however long the backoff', async () => {
  const patient = async (url: string): Promise<Response> => {
    try {
      return await post(url);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return await post(url);
    }
  };
  const hasty = (url: string): Promise<Response> => post(url).catch(() => post(url));

  for (const run of [patient, hasty]) {
    const { rows } = await provesSafe(run, { faults: ['refused'], on: [1, 3] });
    expect(rows.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'not reached']);
  }
});

test('a machine that became too slow is called so, and gives no verdict', async () => {
  let runs = 0;
  const proof = provesSafe(
    async (url) => {
      runs += 1;
      const sent = post(url, { signal: AbortSignal.timeout(500) });
      if (runs > 1) block(600);
      return await sent;
    },
    { faults: ['resetAfter', 'lost502'], on: [1] },
  );

  await expect(proof).rejects.toMatchObject({ code: 'machine-too-slow' });
  await expect(proof).rejects.toThrow(
    /was ok at first and (misled|lost|not reached) later, so this machine is too slow/,
  );
});

test('a function that fails by itself is called so, with its error', async () => {
  const own = new Error('no token');
  const proof = provesSafe(async (url) => {
    await post(url);
    throw own;
  });

  await expect(proof).rejects.toMatchObject({ code: 'control-failed', cause: own });
  await expect(proof).rejects.toThrow('misled (arrivals 1, effects 1, said failed)');
});

test('a client that never comes is called so', async () => {
  const proof = provesSafe(async () => 'done');

  await expect(proof).rejects.toMatchObject({ code: 'client-never-came' });
  await expect(proof).rejects.toThrow(/no request reached http:\/\/127\.0\.0\.1:\d+\/: pass the URL/);
});

test('fake timers are called so', async () => {
  vi.useFakeTimers();

  await expect(provesSafe(post)).rejects.toMatchObject({ code: 'timers-are-fake' });
});

test('stragglers are waited for before effects are counted', async () => {
  const leavesOneBehind = async (url: string): Promise<void> => {
    await post(url);
    setTimeout(() => void fetch(url, { method: 'POST' }).catch(() => {}), 20);
  };

  const { rows } = await provesSafe(leavesOneBehind, { faults: [] });

  expect(rows).toMatchObject([{ fault: 'none', effects: 2, verdict: 'DOUBLED' }]);
});

test('a function that resolves before its request is over has lied', async () => {
  const fireAndForget = async (url: string): Promise<void> => void post(url).catch(() => {});

  const { rows } = await provesSafe(fireAndForget, { faults: ['resetBefore'], on: [1] });

  expect(rows.map(({ verdict }) => verdict)).toEqual(['ok', 'LIED']);
});

test('a wait shorter than Retry-After is too early, and one as long is not', async () => {
  const waiting =
    (ms: number) =>
    async (url: string): Promise<Response> => {
      const response = await post(url);
      if (response.status !== 429) return response;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return await post(url);
    };
  const options = { faults: ['limited429'], on: [1], limitMs: 5000 } as const;

  expect((await provesSafe(waiting(900), options)).rows[1]?.verdict).toBe('too early');
  expect((await provesSafe(waiting(1000), options)).rows[1]?.verdict).toBe('ok');
  expect((await provesSafe(postAgain, { ...options, retryAfterSeconds: 0 })).rows[1]?.verdict).toBe('ok');
});
