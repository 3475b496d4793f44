import { describe, expect, test } from 'vitest';
import { status } from '../../origin/acts/status.ts';
import { type Subject, stageFor } from './subject.ts';

const DAYS_30 = 30 * 86_400;

/** How long a retry waits, and when waiting is pointless. */
export function pacingSuite(subject: Subject): void {
  describe('pacing', () => {
    test.each([
      ['Retry-After in seconds', { 'retry-after': '1' }, 1000],
      ['retry-after-ms', { 'retry-after-ms': '60' }, 60],
    ])('never comes back earlier than asked: %s', async (_, headers, leastMs) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(503, { headers }));

      const response = await stage.send(stage.origin.url);

      const [first, second] = stage.origin.requests;
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(leastMs);
      expect(subject.reportOf(response)?.attempts[0]?.decision.waitMs).toBeGreaterThanOrEqual(leastMs);
    });

    test.each([
      ['IMF-fixdate', 'Sun, 06 Nov 1994 08:50:37 GMT'],
      ['RFC 850', 'Sunday, 06-Nov-94 08:50:37 GMT'],
      ['asctime', 'Sun Nov  6 08:50:37 1994'],
    ])('a date is measured against the response: %s', async (_, date) => {
      await using stage = await stageFor(subject);
      const headers = { date: 'Sun, 06 Nov 1994 08:49:37 GMT', 'retry-after': date };
      stage.origin.plays(status(503, { headers }));
      // A deadline shorter than the minute asked for: the wait is not begun, so the test does not wait either.
      const send = subject.wrap({ deadlineMs: 59_000 });

      const response = await send(stage.origin.url);

      expect(response.status).toBe(503);
      expect(subject.reportOf(response)?.decision).toEqual({
        action: 'stop',
        reason: 'deadline-too-near',
        askedMs: 60_000,
      });
    });

    test.each(['soon', '-1', '1.5', '', '1e3'])('a malformed Retry-After is ignored: %j', async (value) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(503, { headers: { 'retry-after': value } }));

      const response = await stage.send(stage.origin.url);

      expect(subject.reportOf(response)?.attempts[0]?.decision).toMatchObject({ action: 'retry', waitMs: 1 });
    });

    test('thirty days are not a tight loop: the real response comes back at once', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(status(503, { headers: { 'retry-after': String(DAYS_30) }, body: 'closed for November' }));

      const response = await stage.send(stage.origin.url);

      expect(response.status).toBe(503);
      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(response)?.decision).toEqual({
        action: 'stop',
        reason: 'pushback-too-long',
        askedMs: DAYS_30 * 1000,
      });
    });

    test('a wait that does not fit before the deadline is not begun', async () => {
      await using stage = await stageFor(subject, { backoff: () => 10_000, deadlineMs: 5000 });
      stage.origin.plays(status(503));

      const response = await stage.send(stage.origin.url);

      expect(response.status).toBe(503);
      expect(subject.reportOf(response)?.decision).toEqual({ action: 'stop', reason: 'deadline-too-near' });
    });

    test('the default backoff starts within 100 ms', async () => {
      await using stage = await stageFor(subject, { backoff: undefined });
      stage.origin.plays(status(503), status(503));

      const response = await stage.send(stage.origin.url);
      const waits = subject.reportOf(response)?.attempts.map(({ decision }) => decision.waitMs ?? -1) ?? [];

      expect(waits).toHaveLength(3);
      expect(waits[0]).toBeLessThanOrEqual(100);
      expect(waits[1]).toBeLessThanOrEqual(200);
    });
  });
}
