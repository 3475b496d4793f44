import { describe, expect, test } from 'vitest';
import { processThenReset } from '../../origin/acts/cuts.ts';
import { status } from '../../origin/acts/status.ts';
import { type Subject, stageFor } from './subject.ts';

const broken = (): never => {
  throw new Error('broken callback');
};

/** Works for the first calls, and throws from then on. */
function breaksAfter<Value>(calls: number, value: Value): () => Value {
  let made = 0;
  return () => (made++ < calls ? value : broken());
}

const account = { canWithdraw: () => true, withdraw() {}, failed() {}, succeeded() {}, isFull: false };

/** Options of the caller's that fail when a decision is made. */
const FAILING: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'backoff throws': { backoff: broken },
  'backoff throws later': { backoff: breaksAfter(1, 1) },
  'shouldRetry throws': { shouldRetry: broken },
  'shouldRetry returns a promise': { shouldRetry: async () => true },
  'precondition throws': { rules: [{ method: ['POST', 'PATCH'], precondition: broken }] },
  'a budget throws when asked': {
    budget: { countsEverySuccess: false, open: () => ({ ...account, canWithdraw: broken }) },
  },
  'a budget throws when charged': {
    budget: { countsEverySuccess: false, open: () => ({ ...account, withdraw: broken }) },
  },
  'a budget throws when told of a failure': {
    budget: { countsEverySuccess: false, open: () => ({ ...account, failed: broken }) },
  },
  'a budget cannot be opened': { budget: { countsEverySuccess: false, open: broken } },
};

/** A caller's function that throws never causes a send: the operation ends with the outcome in hand, and a report. */
export function callbacksSuite(subject: Subject): void {
  describe('functions of the caller that fail', () => {
    test.each(Object.entries(FAILING))('%s: a POST is applied once, and the response is kept', async (_, options) => {
      await using stage = await stageFor(subject, { idempotencyKey: undefined, ...options });
      stage.origin.plays(status(500, { applies: true }), status(500, { applies: true }));

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'order' });

      expect(response.status).toBe(500);
      expect(stage.origin.applied).toEqual(['POST']);
      expect(subject.reportOf(response)).toMatchObject({ effect: 'maybe-applied', decision: { action: 'stop' } });
    });

    test.each(Object.entries(FAILING))('%s: a PUT is sent no more than three times', async (_, options) => {
      await using stage = await stageFor(subject, options);
      stage.origin.plays(...Array.from({ length: 6 }, () => status(503)));

      const settled: unknown = await stage
        .send(stage.origin.url, { method: 'PUT', body: 'order' })
        .catch((error: unknown) => error);

      expect(stage.origin.requests.length).toBeLessThanOrEqual(3);
      expect(subject.reportOf(settled)?.decision.action).toBe('stop');
    });

    test('a budget that throws after a success does not take the response away', async () => {
      const budget = { countsEverySuccess: true, open: () => ({ ...account, succeeded: broken }) };
      await using stage = await stageFor(subject, { budget });

      const response = await stage.send(stage.origin.url, { method: 'POST', body: 'order' });

      expect(response.status).toBe(200);
      expect(subject.reportOf(response)).toMatchObject({ effect: 'applied' });
    });

    test('a key generator that throws sends nothing', async () => {
      const generate = {
        header: 'Idempotency-Key',
        format: 'bare',
        methods: ['POST'],
        maxLength: 255,
        generate: broken,
      };
      const idempotencyKey = { ...generate, windowMs: 1000, inFlightStatuses: [] };
      await using stage = await stageFor(subject, { idempotencyKey });

      await expect(stage.send(stage.origin.url, { method: 'POST', body: 'order' })).rejects.toThrow();

      expect(stage.origin.requests).toEqual([]);
    });

    test('confirm that looks by POST through the same client does not confirm itself', async () => {
      let looks = 0;
      const found: { send?: (url: string) => Promise<unknown> } = {};
      await using stage = await stageFor(subject, {
        confirm: async ({ report }: { report: { url: string } }) => {
          looks++;
          await found.send?.(report.url);
          return 'unknown';
        },
      });
      found.send = (url) => stage.send(url, { method: 'POST', body: 'search' }).catch(() => {});
      stage.origin.plays(processThenReset(), processThenReset());

      await stage.send(stage.origin.url, { method: 'POST', body: 'order' }).catch(() => {});

      expect(looks).toBe(1);
      expect(stage.origin.requests).toHaveLength(2);
    });
  });
}
