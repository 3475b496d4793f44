import { VirtualClock } from '@twicesafe/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { bodyJudge } from '../../src/operation/body-judge.ts';
import { protocol } from '../../src/operation/protocol.ts';
import { reauthorize } from '../../src/operation/reauthorize.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import { play } from '../support/stage.ts';

/** A function of the caller's that is async, although it must not be, and fails. */
const rejects = (async () => Promise.reject(new Error('away'))) as never;

/** Collects rejections that nobody handles, which would end the process. */
function unhandled(): unknown[] {
  const found: unknown[] = [];
  const note = (error: unknown): void => void found.push(error);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return found;
}

const account = { canWithdraw: () => true, withdraw() {}, failed() {}, succeeded() {}, isFull: false };
const budget = (members: object): RetryOptions => ({
  budget: { countsEverySuccess: true, open: () => ({ ...account, ...members }) },
});

test.each<[string, RetryOptions, number]>([
  ['a rule', { rules: [{ url: { test: rejects } }] }, 0],
  ['a precondition', { rules: [{ repeat: 'with-precondition', precondition: rejects }] }, 1],
  ['a backoff', { backoff: rejects }, 1],
  ['a veto', { shouldRetry: rejects }, 1],
  ['a key generator', { idempotencyKey: customKeyScheme({ header: 'Order-Key', generate: rejects }) }, 0],
  ['a budget that is asked', budget({ canWithdraw: rejects }), 1],
  ['a budget that is paid', budget({ withdraw: rejects, failed: rejects }), 2],
  ["a judge's `wants`", { rules: [{ judge: bodyJudge(() => undefined, { wants: rejects }) }] }, 2],
  [
    "a protocol's `wants`",
    {
      protocols: [
        protocol({
          name: 'orders',
          read: () => undefined,
          judge: bodyJudge(() => undefined, { wants: rejects }),
        }),
      ],
    },
    2,
  ],
  ['a credential', { reauthorize: reauthorize({ credential: rejects, refresh() {} }) }, 0],
])('%s that is async and fails sends nothing by that, and ends no process', async (_, options, sent) => {
  const found = unhandled();
  const method = sent === 0 ? 'POST' : 'PUT';

  const played = await play([{ status: 503 }], { method, options }).catch(() => undefined);
  await new Promise(setImmediate);

  expect(played?.sent ?? 0).toBe(sent);
  expect(found).toEqual([]);
});

describe('a key is over when its age is unknown', () => {
  const idempotencyKey = customKeyScheme({ header: 'Order-Key', windowMs: 1000 });
  const sends = async (clock: VirtualClock, request?: object) =>
    (await play([{ fails: 'unknown' }], { method: 'POST', clock, options: { idempotencyKey }, ...request })).sent;

  test('because the clock of the machine was set back', async () => {
    const clock = new VirtualClock();
    const earlier = (aheadMs: number) => ({
      request: { idempotencyKey: 'order-7', earlier: { firstSentAt: clock.epochMs() + aheadMs, attempts: 1 } },
    });

    expect(await sends(clock, earlier(100))).toBe(2);
    expect(await sends(clock, earlier(5000))).toBe(1);
  });

  test('because the clock broke', async () => {
    const clock = new VirtualClock();
    const { now } = clock;
    let reads = 0;
    clock.now = () => (reads++ > 0 ? Number.NaN : now.call(clock));

    expect(await sends(clock)).toBe(1);
  });
});
