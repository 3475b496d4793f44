import { expect, test } from 'vitest';
import type { Act } from '../support/scripted-client.ts';
import { play } from '../support/stage.ts';

const receipt = { url: 'http://origin.test/receipt', sameMethod: false };
const moved = { url: 'http://elsewhere.test/orders', sameMethod: true };

test.each<[string, Act]>([
  ['425', { status: 425, hop: receipt }],
  ['421', { status: 421, hop: receipt }],
  ['503 that is declared as refused', { status: 503, hop: receipt }],
])("a %s of a redirect's target is no permission to send a POST again", async (_, act) => {
  const { sent, report } = await play([act, { status: 200 }], {
    method: 'POST',
    options: { refusedStatuses: [421, 425, 503] },
  });

  expect([sent, report.decision.reason]).toEqual([1, 'not-repeatable']);
  expect(report).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
});

test('a 425 after a redirect that kept the method refuses that hop alone', async () => {
  const { sent, report } = await play([{ status: 425, hop: moved }, { status: 200 }], { method: 'POST' });

  expect([sent, report.decision.reason]).toEqual([1, 'not-repeatable']);
  expect(report).toMatchObject({ effect: 'maybe-applied', effectReason: 'redirected-response' });
});

test('a success of another hop does not prove that the POST was applied', async () => {
  const { report } = await play([{ status: 200, hop: receipt }], { method: 'POST' });

  expect(report).toMatchObject({
    decision: { reason: 'succeeded' },
    effect: 'maybe-applied',
    effectReason: 'redirected-response',
    attempts: [{ outcome: { redirectedTo: receipt.url } }],
  });
});

test('a refusal of another hop does not prove that the POST was not applied', async () => {
  const { report } = await play([{ status: 404, hop: receipt }], { method: 'POST' });

  expect(report).toMatchObject({ effect: 'maybe-applied', effectReason: 'redirected-response' });
});

test('budgets count for the origin of the request', async () => {
  const heard: unknown[] = [];
  const budget = {
    countsEverySuccess: false,
    open: () => ({
      canWithdraw: () => true,
      withdraw: () => heard.push('withdraw'),
      failed() {},
      succeeded() {},
      isFull: false,
    }),
  };

  await play([{ status: 503, hop: moved }, { status: 200 }], { options: { budget } });

  expect(heard).toEqual(['withdraw']);
});
