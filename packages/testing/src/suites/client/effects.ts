import { describe, expect, test } from 'vitest';
import type { Act } from '../../origin/act.ts';
import { processThenReset, resetAfterReading } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { rejectionOf } from '../../rejection-of.ts';
import { type Subject, stageFor } from './subject.ts';

interface Ending {
  readonly method: string;
  readonly acts: readonly Act[];
  readonly headers?: Record<string, string>;
  readonly effect: string;
  readonly reason: string;
}

const conditional = { 'if-match': '"v1"' };

const ENDINGS: readonly (readonly [name: string, ending: Ending])[] = [
  ['success', { method: 'POST', acts: [], effect: 'applied', reason: 'success-response' }],
  ['a refusal', { method: 'POST', acts: [status(422)], effect: 'not-applied', reason: 'refusal-response' }],
  ['a server error', { method: 'POST', acts: [status(500)], effect: 'maybe-applied', reason: 'server-error' }],
  ['429', { method: 'POST', acts: [status(429)], effect: 'maybe-applied', reason: 'unclear-response' }],
  [
    '404 after a DELETE in doubt',
    {
      method: 'DELETE',
      acts: [processThenReset(), status(404)],
      effect: 'maybe-applied',
      reason: 'probably-ours-gone',
    },
  ],
  [
    '412 after a conditional PATCH in doubt',
    {
      method: 'PATCH',
      headers: conditional,
      acts: [processThenReset(), status(412)],
      effect: 'maybe-applied',
      reason: 'probably-ours-precondition',
    },
  ],
  [
    '409 after a keyed POST in doubt',
    {
      method: 'POST',
      headers: { 'idempotency-key': 'order-7' },
      acts: [processThenReset(), status(409)],
      effect: 'maybe-applied',
      reason: 'probably-ours-conflict',
    },
  ],
];

/** What is said at the end about the server's state. */
export function effectsSuite(subject: Subject): void {
  describe('effect', () => {
    test.each(ENDINGS)('%s', async (_, { method, headers = {}, acts, effect, reason }) => {
      await using stage = await stageFor(subject);
      stage.origin.plays(...acts);

      const response = await stage.send(stage.origin.url, { method, headers });

      expect(subject.reportOf(response)).toMatchObject({ effect, effectReason: reason });
    });

    test.each([
      ['applied', processThenReset],
      ['not-applied', resetAfterReading],
    ])('confirm is asked when an operation ended in doubt, and may know better: %s', async (effect, act) => {
      const asked: unknown[] = [];
      await using stage = await stageFor(subject, {
        confirm: async ({ report }: { report: unknown }) => {
          asked.push(report);
          return stage.origin.applied.length > 0 ? 'applied' : 'not-applied';
        },
      });
      stage.origin.plays(act());

      const error = await rejectionOf(stage.send(stage.origin.url, { method: 'POST', body: 'order' }));

      expect(asked).toMatchObject([{ method: 'POST', effect: 'maybe-applied', attempts: [{ delivery: 'unknown' }] }]);
      expect(subject.reportOf(error)).toMatchObject({ effect, effectReason: 'confirmed' });
      expect(stage.origin.requests).toHaveLength(1);
    });

    test('confirm is not asked when there is no doubt', async () => {
      let asked = 0;
      await using stage = await stageFor(subject, { confirm: () => asked++ });
      stage.origin.plays(status(422));

      await stage.send(stage.origin.url, { method: 'POST' });
      await stage.send(stage.origin.url, { method: 'POST' });

      expect(asked).toBe(0);
    });

    test('an abort while confirm looks is answered at once', async () => {
      const controller = new AbortController();
      const reason = new Error('the user left');
      await using stage = await stageFor(subject, {
        confirm: () => {
          setImmediate(() => controller.abort(reason));
          return new Promise(() => {});
        },
      });
      stage.origin.plays(processThenReset());

      const sent = stage.send(stage.origin.url, { method: 'POST', signal: controller.signal });

      expect(await rejectionOf(sent)).toBe(reason);
    });
  });
}
