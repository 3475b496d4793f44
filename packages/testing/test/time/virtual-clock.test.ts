import { createRetryPolicy, reportOf, wrapFetch } from '@twicesafe/fetch';
import { expect, test } from 'vitest';
import { hang, rejectionOf, scriptedOrigin, status, virtualClock } from '../../src/index.ts';

const HOUR_MS = 3_600_000;
const hourly = { retryWindowMs: 24 * HOUR_MS, backoff: () => HOUR_MS };

test("a wait of an hour ends immediately, while an attempt's limit awaits the socket", async () => {
  await using origin = await scriptedOrigin();
  origin.plays(status(503), status(503), status(200));
  const clock = virtualClock();
  const fetch = wrapFetch(createRetryPolicy({ ...hourly, attemptTimeoutMs: 5_000 }, clock));

  const response = await clock.run(fetch(origin.url));

  expect(reportOf(response)?.attempts.map(({ outcome }) => outcome.type)).toEqual(['response', 'response', 'response']);
  expect(clock.now()).toBe(2 * HOUR_MS);
  expect(clock.pending).toBe(0);
});

test('a limit passes once sockets are quiet', async () => {
  await using origin = await scriptedOrigin();
  origin.plays(hang());
  const clock = virtualClock();
  const fetch = wrapFetch(createRetryPolicy({ attemptTimeoutMs: HOUR_MS }, clock));

  const error = await clock.run(rejectionOf(fetch(origin.url, { method: 'POST' })));

  expect(reportOf(error)?.attempts).toMatchObject([{ outcome: { kind: 'attempt-timeout' }, durationMs: HOUR_MS }]);
});

test('a promise that nothing moves any more is called so', async () => {
  await expect(virtualClock().run(new Promise(() => {}))).rejects.toThrow('hangs');
});
