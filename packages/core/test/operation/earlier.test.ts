import { VirtualClock } from '@twicesafe/testing';
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
