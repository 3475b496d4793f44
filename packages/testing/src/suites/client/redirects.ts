import { describe, expect, test } from 'vitest';
import { processThenReset } from '../../origin/acts/cuts.ts';
import { redirect, status } from '../../origin/acts/status.ts';
import { closedPort } from '../../origin/closed-port.ts';
import { Origin } from '../../origin/origin.ts';
import { type ReportLike, type Subject, stageFor } from './subject.ts';

/** Where a redirect leads, and what the target answers. */
const TARGETS = [421, 425, 429, 503, 404, 200];

/** A redirect's target isn't proof for the request that was sent first. */
export function redirectsSuite(subject: Subject): void {
  describe('followed redirects', () => {
    const cases = [301, 302, 303, 307, 308].flatMap((code) => TARGETS.map((target) => [code, target] as const));
    test.each(cases)('a POST applied and redirected (%i) to a %i is not sent again', async (code, target) => {
      await using origin = await Origin.listen();
      await using other = await Origin.listen();
      origin.plays({ ...status(code, { applies: true, headers: { location: other.url } }), name: 'applied redirect' });
      other.plays(status(target, { applies: false }), status(target, { applies: false }));
      const send = subject.wrap({ backoff: () => 1, refusedStatuses: [421, 425, 503] });

      const settled: unknown = await send(origin.url, { method: 'POST', body: 'order' }).catch(
        (error: unknown) => error,
      );

      expect(origin.applied).toEqual(['POST']);
      expect(effectOf(subject.reportOf(settled))).not.toBe('not-applied');
    });

    test('a login page does not mean that a POST was applied', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(redirect(302, '/login'), status(200, { body: 'Please log in', applies: false }));

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'order' });

      expect(subject.reportOf(response)).toMatchObject({
        effect: 'maybe-applied',
        effectReason: 'redirected-response',
      });
    });

    test('a redirect that kept the method, and a success, mean that it was applied', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(redirect(307, '/orders'), status(201));

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'order' });

      expect(subject.reportOf(response)).toMatchObject({ effect: 'applied' });
    });

    test('a key is not sent to another origin, and permits no repeat there', async () => {
      await using origin = await Origin.listen();
      await using other = await Origin.listen();
      const send = subject.wrap({ backoff: () => 1 });
      origin.plays(redirect(307, other.url), redirect(307, other.url));
      other.plays(processThenReset(), processThenReset());

      const retry = { idempotencyKey: 'order-7' };
      await send(origin.url, { method: 'POST', body: 'order', retry }).catch(() => {});

      expect(other.applied).toEqual(['POST']);
      expect(other.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined]);
    });

    test('a pause counts for the origin that asked for it', async () => {
      await using origin = await Origin.listen();
      await using other = await Origin.listen();
      const send = subject.wrap({ backoff: () => 1, originGate: 'all' });
      origin.plays(redirect(303, other.url));
      other.plays(status(429, { headers: { 'retry-after': '50' } }));
      await send(origin.url, { method: 'POST', body: 'order' }).catch(() => {});

      const response = await send(origin.url, { signal: AbortSignal.timeout(4000) });

      expect(response.status).toBe(200);
    });

    test('a POST that a redirect led to a closed port is not sent again', async () => {
      await using stage = await stageFor(subject);
      const nowhere = `http://127.0.0.1:${await closedPort()}/`;
      stage.origin.plays({
        ...status(303, { applies: true, headers: { location: nowhere } }),
        name: 'to a closed port',
      });

      const error: unknown = await stage
        .send(stage.origin.url, { method: 'POST', body: 'order' })
        .catch((reason: unknown) => reason);

      expect(stage.origin.applied).toEqual(['POST']);
      expect(effectOf(subject.reportOf(error))).toBe('maybe-applied');
    });
  });
}

function effectOf(report: ReportLike | undefined): string | undefined {
  return report?.effect;
}
