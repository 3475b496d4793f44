import { describe, expect, test } from 'vitest';
import type { Act, RequestAct } from '../../origin/act.ts';
import { statusEarly } from '../../origin/acts/broken-answers.ts';
import { processThenReset } from '../../origin/acts/cuts.ts';
import { redirect, status } from '../../origin/acts/status.ts';
import { closedPort } from '../../origin/closed-port.ts';
import { Origin } from '../../origin/origin.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { firstConnectionHangs } from './connections.ts';
import { type AttemptLike, differs, isFetch, LIMIT_MS, type Subject, stageFor } from './subject.ts';

/** Longer than what a socket takes at once. */
const UPLOAD = new Blob([new Uint8Array(4_000_000)]);

/** Answers as if the connection went on, and leaves it. */
function statusThenClose(): Act {
  const answered = status(200) as RequestAct;
  return {
    on: 'request',
    name: 'statusThenClose',
    play: async (exchange) => {
      await answered.play(exchange);
      exchange.end();
      return 'finished';
    },
  };
}

/** What is proved about an attempt that failed, in Node. */
export function proofSuite(subject: Subject): void {
  const overFetch = test.skipIf(differs(subject, 'node-http'));
  const ifReconnecting = test.skipIf(differs(subject, 'one-connection'));

  describe('proof of delivery', () => {
    ifReconnecting('a POST to a port that opens between two attempts arrives exactly once', async () => {
      await using origin = await Origin.listen();
      await origin.close();
      const send = subject.wrap({
        backoff: () => 50,
        onEvent: async ({ type }: { type: string }) => {
          if (type === 'retry-scheduled') await origin.reopen();
        },
      });

      const response = await send(origin.url, { method: 'POST', body: 'order' });

      expect(await response.text()).toBe('ok');
      expect(origin.applied).toEqual(['POST']);
      expect(subject.reportOf(response)).toMatchObject({
        attempts: [{ delivery: 'never-sent', decision: { action: 'retry', reason: 'never-sent' } }, {}],
        effect: 'applied',
      });
    });

    overFetch('a POST that ran out of time while connecting is sent again, and arrives once', async () => {
      await using stage = await stageFor(subject, { attemptTimeoutMs: LIMIT_MS });
      await using pool = firstConnectionHangs();
      // Node has no dispatcher to watch before its first call of fetch.
      await stage.send(stage.origin.url);

      const response = await stage.send(stage.origin.url, {
        method: 'POST',
        body: 'order',
        dispatcher: pool.dispatcher,
      });

      expect(stage.origin.applied).toEqual(['GET', 'POST']);
      expect(subject.reportOf(response)?.attempts).toMatchObject([
        { outcome: { kind: 'attempt-timeout' }, delivery: 'never-sent', decision: { reason: 'never-sent' } },
        { outcome: { status: 200 } },
      ]);
    });

    ifReconnecting('a POST that never left in any attempt was not applied', async () => {
      const send = subject.wrap({ backoff: () => 1 });

      const error = await rejectionOf(send(`http://127.0.0.1:${await closedPort()}/`, { method: 'POST' }));

      expect(subject.reportOf(error)).toMatchObject({
        attempts: [{ delivery: 'never-sent' }, { delivery: 'never-sent' }, { delivery: 'never-sent' }],
        decision: { reason: 'attempts-exhausted' },
        effect: 'not-applied',
      });
    });

    ifReconnecting('a name without an address proves that nothing was sent', async () => {
      const send = subject.wrap({ backoff: () => 1, maxAttempts: 2 });

      const error = await rejectionOf(send('http://nobody.invalid/', { method: 'POST' }));

      expect(subject.reportOf(error)?.attempts.map(({ delivery }) => delivery)).toEqual(['never-sent', 'never-sent']);
    });

    test.each([303, 307])('a POST that was redirected by %i to a closed port is not repeated', async (code) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(redirect(code, `http://127.0.0.1:${await closedPort()}/`));

      const error = await rejectionOf(stage.send(stage.origin.url, { method: 'POST', body: 'order' }));

      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    });

    ifReconnecting('a doubt is not lifted by a later proof', async () => {
      await using origin = await Origin.listen();
      origin.plays(processThenReset());
      const send = subject.wrap({
        backoff: () => 20,
        onEvent: async ({ type }: { type: string }) => {
          if (type === 'retry-scheduled') await origin.close();
        },
      });

      const error = await rejectionOf(send(origin.url, { method: 'PUT', body: 'order' }));
      const deliveries = subject.reportOf(error)?.attempts.map(({ delivery }) => delivery);

      expect(deliveries).toEqual(['unknown', 'never-sent', 'never-sent']);
      // The error of the attempt that may have been processed outranks the later certain no-ops.
      expect(codesOf(error)).not.toContain('ECONNREFUSED');
      expect(subject.reportOf(error)).toMatchObject({ effect: 'maybe-applied', effectReason: 'outcome-unknown' });
      await origin.reopen();
    });

    test.each([413, 503])('an upload answered with %i before its end is not resent as a POST', async (code) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(statusEarly(code));

      const settled: unknown = await stage
        .send(stage.origin.url, { method: 'POST', body: UPLOAD })
        .catch((error: unknown) => error);

      expect(stage.origin.requests).toHaveLength(1);
      expect(stage.origin.applied).toEqual([]);
      expect(subject.reportOf(settled)?.effect).not.toBe('applied');
    });

    test('an upload answered with 503 before its end is resent whole as a PUT', async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(statusEarly(503));

      const response = await stage.send(stage.origin.url, { method: 'PUT', body: UPLOAD });

      expect(response.status).toBe(200);
      expect(stage.origin.requests.at(-1)?.body).toHaveLength(UPLOAD.size);
    });

    test('a POST on a connection that was just closed is never doubled, nor misreported', async () => {
      await using stage = await stageFor(subject);
      for (let round = 1; round <= 20; round++) {
        const before = stage.origin.applied.length;
        stage.origin.plays(statusThenClose());
        await stage.send(stage.origin.url);

        const settled: unknown = await stage
          .send(stage.origin.url, { method: 'POST', body: 'order' })
          .catch((error: unknown) => error);

        const applied = stage.origin.applied.slice(before).filter((method) => method === 'POST').length;
        const effect = subject.reportOf(settled)?.effect;
        expect(applied).toBeLessThanOrEqual(1);
        expect(effect === 'applied' ? applied : 1).toBe(1);
        expect(effect === 'not-applied' ? applied : 0).toBe(0);
      }
    });

    test.each<[name: string, url: string]>([
      ['an invalid URL', 'http://['],
      ['an unknown scheme', 'nowhere://origin.test/'],
      ...(isFetch(subject) ? [['a port that fetch blocks', 'http://127.0.0.1:1/'] satisfies [string, string]] : []),
    ])('%s fails at once: the next attempt would be the same', async (_, url) => {
      const reasons: string[] = [];
      const send = subject.wrap({
        backoff: () => 1,
        onEvent: (event: { attempt?: AttemptLike }) =>
          reasons.push(...(event.attempt ? [event.attempt.decision.reason] : [])),
      });

      await rejectionOf(send(url));

      // A client may find out before it makes an attempt.
      expect(['', 'programmer-error']).toContain(reasons.join());
    });
  });
}

/** The codes of an error and of its causes. */
function codesOf(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return [code, ...codesOf(cause)];
}
