import { describe, expect, test, vi } from 'vitest';
import { processThenReset } from '../../origin/acts/cuts.ts';
import { redirect, status } from '../../origin/acts/status.ts';
import { Origin } from '../../origin/origin.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { type Subject, stageFor } from './subject.ts';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** Idempotency keys. `scheme` is what `keys.custom({ header: 'Idempotency-Key' })` gives. */
export function keysSuite(subject: Subject, scheme: object): void {
  const options = { idempotencyKey: scheme };
  const vendor = { ...scheme, inFlightStatuses: [409], replayHeader: 'Idempotent-Replayed' };
  describe('idempotency keys', () => {
    test('every attempt of a POST carries one key, which permits retries', async () => {
      await using stage = await stageFor(subject, options);
      stage.origin.plays(processThenReset(), status(503));

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'order' });
      const sent = stage.origin.requests.map(({ headers }) => headers['idempotency-key']);

      expect(sent[0]).toMatch(UUID);
      expect(sent).toEqual([sent[0], sent[0], sent[0]]);
      expect(subject.reportOf(response)).toMatchObject({ idempotencyKey: sent[0], effect: 'applied' });
    });

    test('two operations never share a generated key', async () => {
      await using stage = await stageFor(subject, options);

      await stage.send(stage.origin.url, { method: 'POST' });
      await stage.send(stage.origin.url, { method: 'POST' });

      const [first, second] = stage.origin.requests.map(({ headers }) => headers['idempotency-key']);
      expect(first).not.toBe(second);
    });

    test('is sent without retries too, and omitted by methods that need none', async () => {
      await using stage = await stageFor(subject, { ...options, maxAttempts: 1 });

      await stage.send(stage.origin.url, { method: 'POST' });
      await stage.send(stage.origin.url, { method: 'PUT' });

      expect(stage.origin.requests.map(({ headers }) => headers['idempotency-key'] !== undefined)).toEqual([
        true,
        false,
      ]);
    });

    test("the caller's own is never replaced, and is permission by itself", async () => {
      await using stage = await stageFor(subject);
      stage.origin.plays(processThenReset());

      const response = await stage.send(stage.origin.url, {
        method: 'POST',
        headers: { 'idempotency-key': 'order-7' },
      });

      expect(stage.origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', 'order-7']);
      expect(subject.reportOf(response)).toMatchObject({ idempotencyKey: 'order-7' });
    });

    test('the key of one request is taken as it is', async () => {
      await using stage = await stageFor(subject, options);
      stage.origin.plays(processThenReset());

      await stage.send(stage.origin.url, { method: 'POST', retry: { idempotencyKey: 'order-8' } });

      expect(stage.origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-8', 'order-8']);
    });

    test('while the first copy is in flight, the second waits, with the same key', async () => {
      await using stage = await stageFor(subject, { idempotencyKey: vendor });
      stage.origin.plays(processThenReset(), status(409, { headers: { 'retry-after-ms': '20' } }), status(409));

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'order' });

      // Three attempts, and the last one is still in flight.
      expect(response.status).toBe(409);
      const sent = stage.origin.requests.map(({ text, headers }) => [text, headers['idempotency-key']]);
      expect(sent).toEqual([sent[0], sent[0], sent[0]]);
      expect(subject.reportOf(response)).toMatchObject({
        decision: { reason: 'attempts-exhausted' },
        effect: 'maybe-applied',
      });
    });

    test.each([
      ['a failure that the server only replays', 500, { 'idempotent-replayed': 'true' }, 'replayed-failure'],
      ['a key that came back with another body', 422, {}, 'final-status'],
    ])('%s is final', async (_, code, headers, reason) => {
      await using stage = await stageFor(subject, { idempotencyKey: vendor });
      stage.origin.plays(status(code, { headers: headers as Record<string, string> }));

      const response = await stage.send(stage.origin.url, { method: 'POST' });

      expect(response.status).toBe(code);
      expect(subject.reportOf(response)?.decision.reason).toBe(reason);
    });

    test('once the server has forgotten the key, no copy is sent', async () => {
      await using stage = await stageFor(subject, { idempotencyKey: { ...vendor, windowMs: 200 }, backoff: () => 300 });
      stage.origin.plays(status(503));

      const response = await stage.send(stage.origin.url, { method: 'POST' });

      expect(stage.origin.requests).toHaveLength(1);
      expect(subject.reportOf(response)?.decision.reason).toBe('key-window-over');
    });

    test.each([
      ['a response', () => status(503), 503],
      ['a lost answer', () => processThenReset(), undefined],
    ])(
      'after %s, no copy is sent if the machine slept in the wait until the key was forgotten',
      async (_outcome, act, code) => {
        let sleptMs = 0;
        const { now } = performance;
        using _now = vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + sleptMs);
        const onEvent = ({ type }: { readonly type: string }) => {
          if (type === 'retry-scheduled') sleptMs = 3000;
        };
        await using stage = await stageFor(subject, { idempotencyKey: { ...vendor, windowMs: 2000 }, onEvent });
        stage.origin.plays(act());

        const settled: unknown = await stage
          .send(stage.origin.url, { method: 'POST' })
          .catch((error: unknown) => error);

        expect(stage.origin.requests).toHaveLength(1);
        expect((settled as { readonly status?: unknown }).status).toBe(code);
        expect(subject.reportOf(settled)).toMatchObject({
          decision: { reason: 'key-window-over' },
          effect: 'maybe-applied',
          attempts: [{ number: 1 }],
        });
      },
    );

    test("a caller's own key field can be refused as permission", async () => {
      await using stage = await stageFor(subject, { idempotencyKey: { ...vendor, callerKeys: 'ignore' } });
      stage.origin.plays(status(503));

      await stage.send(stage.origin.url, { method: 'POST', headers: { 'idempotency-key': 'trace-7' } });

      expect(stage.origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['trace-7']);
    });

    test('a redirect to another origin drops the key and its permission', async () => {
      await using stage = await stageFor(subject, options);
      await using other = await Origin.listen();
      stage.origin.plays(redirect(307, other.url));
      other.plays(status(503));

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'order' });

      expect(response.status).toBe(503);
      expect(stage.origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([
        expect.stringMatching(UUID),
      ]);
      expect(other.requests.map(({ text, headers }) => [text, headers['idempotency-key']])).toEqual([
        ['order', undefined],
      ]);
      expect(subject.reportOf(response)?.decision.reason).toBe('not-repeatable');
    });

    test('a redirect within the origin keeps the key', async () => {
      await using stage = await stageFor(subject, options);
      stage.origin.plays(redirect(307, `${stage.origin.url}moved`), status(503));

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'order' });

      expect(response.status).toBe(200);
      expect(new Set(stage.origin.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    });

    test.each(['', 'x'.repeat(300), 'a\nb', 'ключ'])(
      'a key that cannot be sent fails before anything is: %j',
      async (key) => {
        await using stage = await stageFor(subject, options);

        const error = await rejectionOf(
          stage.send(stage.origin.url, { method: 'POST', retry: { idempotencyKey: key } }),
        );

        expect(error).toBeInstanceOf(RangeError);
        expect(stage.origin.requests).toHaveLength(0);
      },
    );
  });
}
