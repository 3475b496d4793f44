import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { stalledBody } from '../../origin/acts/bodies.ts';
import { hang, processThenHang } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { collectGarbage } from './collect-garbage.ts';
import { differs, LIMIT_MS, type Subject, stageFor } from './subject.ts';

/** twicesafe's time limits and the caller's own abort, in every phase. */
export function timeSuite(subject: Subject): void {
  const ifStreamed = test.skipIf(differs(subject, 'whole-bodies'));

  describe('time limits', () => {
    test('an attempt that takes too long is cut, and PUT is sent again', async () => {
      await using stage = await stageFor(subject, { attemptTimeoutMs: LIMIT_MS });
      stage.origin.plays(hang());

      const response = await stage.send(stage.origin.url, { method: 'PUT', body: 'one' });

      expect(response.status).toBe(200);
      expect(stage.origin.requests.map(({ text }) => text)).toEqual(['one', 'one']);
      expect(subject.reportOf(response)?.attempts[0]).toMatchObject({
        outcome: { kind: 'attempt-timeout' },
        delivery: 'unknown',
      });
    });

    test('a POST that timed out is in doubt and not sent again', async () => {
      await using stage = await stageFor(subject, { attemptTimeoutMs: LIMIT_MS });
      stage.origin.plays(processThenHang());

      const error = await rejectionOf(stage.send(stage.origin.url, { method: 'POST', body: 'one' }));

      expect(error.name).toBe('TimeoutError');
      expect(stage.origin.applied).toEqual(['POST']);
      expect(subject.reportOf(error)).toMatchObject({
        effect: 'maybe-applied',
        decision: { reason: 'not-repeatable' },
      });
      await vi.waitFor(() => expect(stage.origin.openSockets).toBe(0));
    });

    test('the deadline ends the operation, whatever the attempts', async () => {
      await using stage = await stageFor(subject, { deadlineMs: LIMIT_MS });
      stage.origin.plays(status(503), hang());

      const error = await rejectionOf(stage.send(stage.origin.url));

      expect(error.name).toBe('TimeoutError');
      expect(stage.origin.requests).toHaveLength(2);
    });
  });

  describe("the caller's abort", () => {
    const reason = new Error('the user left');

    test('before: nothing is sent', async () => {
      await using stage = await stageFor(subject);

      const error = await rejectionOf(stage.send(stage.origin.url, { signal: AbortSignal.abort(reason) }));

      expect(error).toBe(reason);
      expect(stage.origin.requests).toHaveLength(0);
    });

    test.each([1, 2])('in flight: attempt %i ends with the reason, whatever was collected', async (number) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(...[status(503), hang()].slice(-number));
      const controller = new AbortController();

      const sent = rejectionOf(stage.send(stage.origin.url, { method: 'PUT', signal: controller.signal }));
      await stage.origin.received(number);
      collectGarbage();
      controller.abort(reason);

      expect(await sent).toBe(reason);
      expect(stage.origin.requests).toHaveLength(number);
      expect(subject.reportOf(reason)?.attempts.at(-1)).toMatchObject({ outcome: { kind: 'caller-abort' } });
    });

    test('in the wait: the reason comes back at once', async () => {
      const controller = new AbortController();
      await using stage = await stageFor(subject, {
        backoff: () => 60_000,
        onEvent: ({ type }: { type: string }) => {
          if (type === 'retry-scheduled') setImmediate(() => controller.abort(reason));
        },
      });
      stage.origin.plays(status(503));

      const error = await rejectionOf(stage.send(stage.origin.url, { signal: controller.signal }));

      expect(error).toBe(reason);
      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'aborted' });
    });

    test.each([1, 2])('by a listener for events: attempt %i is not sent', async (number) => {
      const controller = new AbortController();
      await using stage = await stageFor(subject, {
        onEvent: (event: { readonly type: string; readonly number?: number }) => {
          if (event.type !== 'attempt-start' || event.number !== number) return;
          collectGarbage();
          controller.abort(reason);
        },
      });
      stage.origin.plays(status(503));

      const sent = rejectionOf(stage.send(stage.origin.url, { method: 'PUT', signal: controller.signal }));

      expect(await sent).toBe(reason);
      await sleep(20);
      expect(stage.origin.requests).toHaveLength(number - 1);
    });

    test('while a response is buffered: the reason comes back at once', async () => {
      await using stage = await stageFor(subject, { bufferResponseBytes: 1000, attemptTimeoutMs: 60_000 });
      stage.origin.plays(stalledBody());
      const controller = new AbortController();

      const sent = rejectionOf(stage.send(stage.origin.url, { signal: controller.signal }));
      await stage.origin.received(1);
      setImmediate(() => controller.abort(reason));

      expect(await sent).toBe(reason);
      expect(stage.origin.requests).toHaveLength(1);
    });

    ifStreamed('while a response that nobody will read goes away: the reason comes back at once', async () => {
      const controller = new AbortController();
      await using stage = await stageFor(subject, {
        backoff: () => 60_000,
        onEvent: ({ type }: { type: string }) => {
          if (type === 'retry-scheduled') setTimeout(() => controller.abort(reason), 10);
        },
      });
      stage.origin.plays(stalledBody(503));

      expect(await rejectionOf(stage.send(stage.origin.url, { signal: controller.signal }))).toBe(reason);
      expect(stage.origin.requests).toHaveLength(1);
    });

    test("a Request's own signal counts too", async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(hang());
      const controller = new AbortController();

      const sent = rejectionOf(stage.send(new Request(stage.origin.url, { signal: controller.signal })));
      await stage.origin.received(1);
      controller.abort(reason);

      expect(await sent).toBe(reason);
    });
  });
}
