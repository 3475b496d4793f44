import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import type { Confirm } from '../../src/effect/confirmation.ts';
import { Operation } from '../../src/operation/operation.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

const LOST: Act = { fails: 'unknown' };

async function tell(confirm: Confirm, { method = 'POST', acts = [LOST], deadlineMs = 5000, abortAtMs = 0 } = {}) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  if (abortAtMs > 0) clock.after(abortAtMs, () => controller.abort('mine'));
  const operation = new Operation(policyWith({ confirm, deadlineMs }, clock), request(method));
  const client = new ScriptedClient(clock, acts, controller.signal);
  const settled = await clock.run(runOperation(operation, client).catch((error: unknown) => ({ error })));
  const { effect, effectReason, elapsedMs } = operation.report();
  return { settled, effect, effectReason, elapsedMs, sent: client.sentAtMs.length, pending: clock.pending };
}

test.each(['applied', 'not-applied'] as const)('who looked knows: %s', async (confirmation) => {
  const seen: unknown[] = [];
  const told = await tell(async ({ report, signal }) => {
    seen.push(report.effect, report.method, signal.aborted);
    return confirmation;
  });

  expect(told).toMatchObject({ effect: confirmation, effectReason: 'confirmed', sent: 1, pending: 0 });
  expect(seen).toEqual(['maybe-applied', 'POST', false]);
});

test.each<[string, Confirm]>([
  ['does not know', () => 'unknown'],
  ['throws', () => Promise.reject(new Error('no network'))],
  [
    'throws at once',
    () => {
      throw new Error('no network');
    },
  ],
  ['says nothing', (() => undefined) as unknown as Confirm],
  ['says what is not in question', (() => 'yes') as unknown as Confirm],
])('who looked and %s leaves the doubt', async (_, confirm) => {
  expect(await tell(confirm)).toMatchObject({ effect: 'maybe-applied', effectReason: 'outcome-unknown', pending: 0 });
});

test('looking ends with the deadline, and its signal says so', async () => {
  let seen: AbortSignal | undefined;
  const told = await tell(({ signal }) => {
    seen = signal;
    return new Promise(() => {});
  });

  expect(told).toMatchObject({ effect: 'maybe-applied', pending: 0 });
  expect(seen?.aborted).toBe(true);
});

test("looking ends with the caller's abort, and the caller gets the reason", async () => {
  const told = await tell(() => new Promise(() => {}), { abortAtMs: 100 });

  expect(told).toMatchObject({ settled: { error: 'mine' }, effect: 'maybe-applied', pending: 0 });
});

test.each<[string, string, Act[]]>([
  ['a success', 'POST', [{ status: 200 }]],
  ['a safe method', 'GET', [{ fails: 'unknown' }, { fails: 'unknown' }, { fails: 'unknown' }]],
  ['a certain refusal', 'POST', [{ status: 422 }]],
])('%s leaves nothing to look for', async (_, method, acts) => {
  let asked = 0;
  await tell(
    () => {
      asked++;
      return 'applied';
    },
    { method, acts },
  );

  expect(asked).toBe(0);
});
