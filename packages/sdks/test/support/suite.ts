import { keys, type RetryEvent, reportOf, withRetry } from '@twicesafe/core';
import { wrapFetch } from '@twicesafe/fetch';
import { hang, Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import { describe, expect, test, vi } from 'vitest';
import type { Subject } from './subject.ts';

const FAST = { skipWaits: true } as const;

/** What the middleware of every SDK does, on a real origin. */
export function sdkSuite(subject: Subject): void {
  const { answers } = subject;

  describe(subject.name, () => {
    test('repeats a read after a 503, and the result has the report', async () => {
      await using origin = await Origin.listen();
      origin.plays(status(503, answers.busy), status(200, answers.read));

      const result = await subject.read(origin.url, FAST);

      expect(origin.requests).toHaveLength(2);
      expect(reportOf(result)?.attempts).toMatchObject([{ outcome: { status: 503 } }, { outcome: { status: 200 } }]);
    });

    test('gives up with the error of the SDK, or with its response', async () => {
      await using origin = await Origin.listen({ respond: () => status(503) });

      const result: unknown = await subject.read(origin.url, FAST).catch((error: unknown) => error);

      expect(origin.requests).toHaveLength(3);
      expect(reportOf(result)?.decision.reason).toBe('attempts-exhausted');
    });

    test('never sends a write again that was processed', async () => {
      await using origin = await Origin.listen();
      origin.plays(processThenReset());

      const error = await rejectionOf(subject.write(origin.url, FAST));

      expect(origin.applied).toHaveLength(1);
      expect(reportOf(error)).toMatchObject({ effect: 'maybe-applied', decision: { reason: 'not-repeatable' } });
    });

    test('repeats a write with a key, the same on both attempts', async () => {
      await using origin = await Origin.listen();
      origin.plays(processThenReset(), status(200, answers.write));

      await withRetry({ idempotencyKey: 'order-7' }, () =>
        subject.write(origin.url, { ...FAST, idempotencyKey: keys.ietf() }),
      );

      expect(origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['"order-7"', '"order-7"']);
      expect(origin.effects).toHaveLength(1);
    });

    test('lets a rule of the caller speak first', async () => {
      await using origin = await Origin.listen({ respond: () => status(503) });

      await subject.read(origin.url, { ...FAST, rules: [{ repeat: 'never' }] }).catch(() => {});

      expect(origin.requests).toHaveLength(1);
    });

    test.each([
      [1, 1],
      [2, subject.provesRefusal ? 2 : 1],
    ])('after a refused connection a write with maxAttempts %i connects %i times', async (maxAttempts, connects) => {
      await using origin = await Origin.listen();
      await origin.refuses(9);

      await subject.write(origin.url, { ...FAST, maxAttempts }).catch(() => {});

      expect(origin.refused).toBe(connects);
    });

    test('ends an attempt that takes too long, with its connection', async () => {
      await using origin = await Origin.listen();
      origin.plays(hang(), status(200, answers.read));

      const result = await subject.read(origin.url, { ...FAST, attemptTimeoutMs: 500 });

      expect(origin.requests).toHaveLength(2);
      expect(reportOf(result)?.attempts[0]).toMatchObject({ outcome: { kind: 'attempt-timeout' } });
      await vi.waitFor(() => expect(origin.openSockets).toBeLessThan(2));
    });

    test('ends at once when the caller aborts in flight', async () => {
      await using origin = await Origin.listen();
      origin.plays(hang());
      const controller = new AbortController();

      const sent = rejectionOf(subject.read(origin.url, FAST, { signal: controller.signal }));
      await origin.received(1);
      controller.abort();

      await sent;
      expect(origin.requests).toHaveLength(1);
    });

    test('ends at once when the caller aborts during a wait', async () => {
      await using origin = await Origin.listen({ respond: () => status(503, { headers: { 'retry-after': '30' } }) });
      const controller = new AbortController();
      const onEvent = ({ type }: RetryEvent): void => {
        if (type === 'retry-scheduled') setImmediate(() => controller.abort());
      };

      await rejectionOf(subject.read(origin.url, { onEvent }, { signal: controller.signal }));

      expect(origin.requests).toHaveLength(1);
    });

    test.runIf(subject.takesFetch)('does not multiply with a wrapped fetch below', async () => {
      await using origin = await Origin.listen({ respond: () => status(503) });

      await subject.read(origin.url, FAST, { fetch: wrapFetch(FAST) }).catch(() => {});

      expect(origin.requests).toHaveLength(3);
    });

    test('refuses an option that it does not know', async () => {
      await using origin = await Origin.listen();

      const made = async (): Promise<object> => subject.read(origin.url, { maxAttempt: 3 } as never);

      await expect(made()).rejects.toThrow(/options has no member "maxAttempt"/);
      expect(origin.requests).toHaveLength(0);
    });
  });
}
