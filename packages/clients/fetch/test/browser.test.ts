import { closedPort, Origin, processThenReset, status, VirtualClock } from '@twicesafe/testing';
import { describe, expect, test, vi } from 'vitest';
import { createRetryPolicy, explain, keys, reportOf, wrapFetch } from '../src/index.ts';

// The files that bundlers take under the condition `browser`.
vi.mock('@twicesafe/evidence', () => import('../../../evidence/src/browser.ts'));
vi.mock('../../../core/src/operation/channels.ts', () => import('../../../core/src/operation/no-channels.ts'));
vi.mock(
  '../../../core/src/operation/builtin-module.ts',
  () => import('../../../core/src/operation/no-builtin-module.ts'),
);

const soon = { backoff: () => 1 };
const post = { method: 'POST', body: 'order' };

describe('in the build for browsers', () => {
  test.each(['GET', 'PUT', 'DELETE'])('%s is sent again after a reset and a 503', async (method) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(503), status(200));

    const response = await wrapFetch(soon)(origin.url, { method });

    expect([response.status, origin.requests.length]).toEqual([200, 3]);
    expect(reportOf(response)?.attempts.map(({ delivery }) => delivery)).toEqual(['unknown', 'answered', 'answered']);
  });

  test.each([
    { proof: 'a reset', plays: processThenReset() },
    { proof: 'a 503', plays: status(503) },
  ])('a POST is sent once after $proof', async ({ plays }) => {
    await using origin = await Origin.listen();
    origin.plays(plays, status(200));

    await wrapFetch(soon)(origin.url, post).catch(() => {});

    expect(origin.requests).toHaveLength(1);
  });

  test('sends a POST once if the port is closed: browser errors prove nothing', async () => {
    const error = await wrapFetch(soon)(`http://127.0.0.1:${await closedPort()}/`, post).catch(
      (reason: unknown) => reason,
    );

    expect(reportOf(error)).toMatchObject({ effect: 'maybe-applied', attempts: [{ delivery: 'unknown' }] });
    expect(explain(error)).toContain('No retry');
  });

  test('a POST with a key is sent again, with the same key', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(200));

    const response = await wrapFetch({ ...soon, idempotencyKey: keys.ietf() })(origin.url, post);

    const sent = origin.requests.map(({ headers }) => headers['idempotency-key']);
    expect(sent).toEqual([sent[0], sent[0]]);
    expect(reportOf(response)?.effect).toBe('applied');
  });

  test('421 is still a proof', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(421), status(200));

    const response = await wrapFetch(soon)(origin.url, post);

    expect([response.status, origin.requests.length]).toEqual([200, 2]);
  });

  test('an attempt that takes too long is ended', async () => {
    const silent = (_: string, init?: RequestInit): Promise<Response> =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });

    const clock = new VirtualClock();
    const fetch = wrapFetch(silent, createRetryPolicy({ attemptTimeoutMs: 1000, maxAttempts: 1 }, clock));
    const error = await clock.run(fetch('http://localhost/').catch((reason: unknown) => reason));

    expect(error).toMatchObject({ code: 'TWICESAFE_ATTEMPT_TIMEOUT' });
  });

  test("an invalid URL is the caller's mistake, and is not tried again", async () => {
    const error = await wrapFetch(soon)('http://[').catch((reason: unknown) => reason);

    expect(reportOf(error)).toMatchObject({ effect: 'not-applied', decision: { reason: 'programmer-error' } });
  });
});
