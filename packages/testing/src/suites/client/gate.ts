import { describe, expect, test } from 'vitest';
import { status } from '../../origin/acts/status.ts';
import { LIMIT_MS, type Subject, stageFor } from './subject.ts';

const PAUSE_MS = 600;
const pause = (code: number) => status(code, { headers: { 'retry-after-ms': String(PAUSE_MS) } });

/** A wait that the server asks of one operation applies to the others. */
export function gateSuite(subject: Subject): void {
  describe('the gate of an origin', () => {
    test.each([429, 503, 403])(
      'after a %d that names a time, other operations come no earlier either',
      async (code) => {
        await using stage = await stageFor(subject, { originGate: 'all' });
        stage.origin.plays(pause(code));
        const told = stage.send(stage.origin.url, { method: 'POST', body: 'a' });
        expect((await told).status).toBe(code);

        const others = await Promise.all([
          stage.send(stage.origin.url),
          stage.send(stage.origin.url, { method: 'POST', body: 'b' }),
        ]);

        expect(others.map(({ status }) => status)).toEqual([200, 200]);
        const [first, ...later] = stage.origin.requests;
        for (const { atMs } of later) expect(atMs - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(PAUSE_MS);
        for (const other of others) {
          const report = subject.reportOf(other);
          const { startMs = 0, durationMs = Number.NaN } = report?.attempts[0] ?? {};
          expect(startMs).toBeGreaterThan(0);
          // The duration of the attempt begins after the wait.
          expect(startMs + durationMs).toBeLessThanOrEqual((report?.elapsedMs ?? 0) + 1);
        }
      },
    );

    test('the time in which an operation waits is none of its attempt', async () => {
      await using stage = await stageFor(subject, { originGate: 'all', attemptTimeoutMs: LIMIT_MS });
      stage.origin.plays(pause(429));
      await stage.send(stage.origin.url, { method: 'POST', body: 'a' });

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'b' });

      expect(response.status).toBe(200);
      expect(stage.origin.applied).toEqual(['POST']);
    });

    test('an abort during the wait rejects immediately with its reason and sends nothing', async () => {
      await using stage = await stageFor(subject, { originGate: 'all' });
      stage.origin.plays(status(503, { headers: { 'retry-after': '30' } }));
      await stage.send(stage.origin.url, { method: 'POST', body: 'a' });
      const controller = new AbortController();
      const reason = new Error('mine');

      const waiting = stage.send(stage.origin.url, { method: 'POST', body: 'b', signal: controller.signal });
      setTimeout(() => controller.abort(reason), 20);

      await expect(waiting).rejects.toBe(reason);
      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(reason)).toMatchObject({
        attempts: [],
        decision: { reason: 'aborted' },
        effect: 'not-applied',
      });
    });

    test.each([
      ['whose caller asked for no gate', {}, undefined],
      ['whose deadline is nearer', { originGate: 'all' }, { deadlineMs: 5000 }],
      ['without a gate', { originGate: 'off' }, undefined],
    ])('an operation %s is sent at once', async (_, options, retry) => {
      await using stage = await stageFor(subject, options);
      stage.origin.plays(status(503, { headers: { 'retry-after': '30' } }));
      await stage.send(stage.origin.url, { method: 'POST', body: 'a' });

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'b', ...(retry && { retry }) });

      expect(response.status).toBe(200);
    });
  });

  describe('what attempts tell the server', () => {
    test('the number of the attempt, where a header field is named for it', async () => {
      await using stage = await stageFor(subject, { attemptHeader: 'X-Retry-Attempt' });
      stage.origin.plays(status(503), status(503));

      await stage.send(stage.origin.url, { headers: { 'x-mine': 'yes' } });

      expect(stage.origin.requests.map(({ headers }) => headers['x-retry-attempt'])).toEqual(['1', '2', '3']);
      expect(stage.origin.requests.map(({ headers }) => headers['x-mine'])).toEqual(['yes', 'yes', 'yes']);
    });

    test('the time left, smaller with each attempt, of the nearer limit', async () => {
      const named = { timeLeftHeader: 'X-Time-Left-Ms' };
      await using stage = await stageFor(subject, { ...named, deadlineMs: 60_000, backoff: () => 20 });
      stage.origin.plays(status(503));
      await stage.send(stage.origin.url);
      const ofAttempt = subject.wrap({ ...named, deadlineMs: 60_000, attemptTimeoutMs: 5000 });
      await ofAttempt(stage.origin.url);

      const [first = 0, second = 0, third] = stage.origin.requests.map(({ headers }) =>
        Number(headers['x-time-left-ms']),
      );

      expect(first).toBeGreaterThan(59_000);
      expect(first).toBeLessThanOrEqual(60_000);
      expect(second).toBeLessThanOrEqual(first - 20);
      expect(third).toBe(5000);
    });

    test('neither, unless asked for', async () => {
      await using stage = await stageFor(subject, { timeLeftHeader: 'X-Time-Left-Ms' });

      await stage.send(stage.origin.url);

      expect(Object.keys(stage.origin.requests[0]?.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([]);
    });
  });
}
