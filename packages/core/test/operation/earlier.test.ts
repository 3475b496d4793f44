import { VirtualClock } from '@twicesafe/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import type { Act } from '../support/scripted-client.ts';
import { play, stage } from '../support/stage.ts';

const HOUR = 3_600_000;
const idempotencyKey = customKeyScheme({ header: 'Idempotency-Key', windowMs: 24 * HOUR });
const earlierBy = (ms: number) => ({
  idempotencyKey: 'order-7',
  earlier: { firstSentAt: new VirtualClock().epochMs() - ms, attempts: 1 },
});

test.each<[string, string, Act]>([
  ['maybe-applied', 'earlier-run', { status: 422 }],
  ['maybe-applied', 'probably-ours-conflict', { status: 409 }],
  ['maybe-applied', 'outcome-unknown', { fails: 'unknown' }],
  ['applied', 'success-response', { status: 201 }],
])('after an earlier run the effect is %s, %s', async (effect, effectReason, act) => {
  const { report } = await play([act], { method: 'POST', request: { ...earlierBy(HOUR), maxAttempts: 1 } });

  expect(report).toMatchObject({ effect, effectReason });
});

test('an operation in doubt that is never sent stays in doubt', async () => {
  const { operation } = stage([], { method: 'POST', request: earlierBy(HOUR) });

  expect(operation.report()).toMatchObject({ attempts: [], effect: 'maybe-applied', effectReason: 'earlier-run' });
});

test('no proof about this run says anything about an earlier one', async () => {
  const { sent, report } = await play([{ fails: 'never-sent' }, { status: 200 }], {
    method: 'POST',
    request: { earlier: earlierBy(HOUR).earlier },
  });

  expect([sent, report.decision.reason]).toEqual([1, 'not-repeatable']);
  expect(report).toMatchObject({ effect: 'maybe-applied', effectReason: 'earlier-run' });
});

test('the window of the key counts from the earlier run', async () => {
  const staging = { method: 'POST', options: { idempotencyKey } };
  const acts: Act[] = [{ status: 500, afterMs: 50 }, { status: 200 }];

  const inTime = await play(acts, { ...staging, request: earlierBy(24 * HOUR - 151) });
  const late = await play(acts, { ...staging, request: earlierBy(24 * HOUR - 150) });
  const skewed = await play(acts, { ...staging, request: earlierBy(-HOUR) });

  expect([inTime.sent, late.sent, skewed.sent]).toEqual([2, 1, 2]);
  expect(late.report.decision.reason).toBe('key-window-over');
});

/** Other histories in every run. A failure names its seed, and FAST_CHECK_SEED repeats it. */
const seed = Number(process.env.FAST_CHECK_SEED ?? Math.floor(Math.random() * 2 ** 31));
const afterMs = fc.nat(2_000);
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    fc.record({ status: fc.constantFrom(200, 201, 400, 401, 404, 409, 412, 421, 422, 425, 429, 500, 503), afterMs }),
    fc.record({ fails: fc.constantFrom('never-sent', 'unknown'), afterMs }),
  ),
  { minLength: 1, maxLength: 6 },
);
const history = fc.record({
  acts,
  method: fc.constantFrom('POST', 'PATCH', 'PUT', 'DELETE'),
  ageMs: fc.integer({ min: -2_000, max: 6_000 }),
  windowMs: fc.integer({ min: 1, max: 6_000 }),
  attempts: fc.integer({ min: 1, max: 9 }),
});

async function resend({
  acts,
  method,
  ageMs,
  windowMs,
  attempts,
}: typeof history extends fc.Arbitrary<infer V> ? V : never) {
  const clock = new VirtualClock();
  const firstSentAt = clock.epochMs() - ageMs;
  const scheme = customKeyScheme({ header: 'Idempotency-Key', windowMs });
  const request = { idempotencyKey: 'order-7', earlier: { firstSentAt, attempts } };
  const options = { idempotencyKey: scheme, maxAttempts: 6, budget: 'none' } as const;
  const { client, report } = await play(acts, { method, clock, options, request });
  return { report, acts: acts.slice(0, client.sentAtMs.length), sentAtMs: client.sentAtMs };
}

test(`law: only a marked replay proves the effect after an earlier run (seed ${seed})`, () =>
  fc.assert(
    fc.asyncProperty(history, async (given) => {
      const { report } = await resend(given);

      expect(report.effect).not.toBe('not-applied');
    }),
    { numRuns: 500, seed },
  ));

test(`law: a keyed request is not sent again after its window (seed ${seed})`, () =>
  fc.assert(
    fc.asyncProperty(history, async (given) => {
      fc.pre(given.method === 'POST' || given.method === 'PATCH');
      const { sentAtMs } = await resend(given);

      // A first send in the future is a clock that was set back, and this run's own start counts.
      const endsAtMs = Math.min(-given.ageMs, 0) + given.windowMs;
      expect(sentAtMs.slice(1).filter((at) => at - (sentAtMs[0] ?? 0) > endsAtMs)).toEqual([]);
    }),
    { numRuns: 500, seed },
  ));
