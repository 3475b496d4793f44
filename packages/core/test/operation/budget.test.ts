import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { Operation } from '../../src/operation/operation.ts';
import { reportOf } from '../../src/operation/reports.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import type { Budget } from '../../src/pacing/budget.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { play, policyWith } from '../support/stage.ts';

/** A budget that allows everything and records what it hears. */
function recorder(countsEverySuccess = false) {
  const heard: unknown[] = [];
  const budget: Budget = {
    countsEverySuccess,
    open: () => ({
      canWithdraw: () => true,
      withdraw: (cause) => heard.push(['withdraw', cause]),
      failed: () => heard.push(['failed']),
      succeeded: (retried) => heard.push(['succeeded', retried]),
      isFull: false,
    }),
  };
  return { heard, budget };
}

test("an origin's spent budget ends retries and returns the real outcome", async () => {
  const clock = new VirtualClock();
  const budget = { countsEverySuccess: false, open: () => onlyOnce() };
  const policy = policyWith({ backoff: () => 0, budget }, clock);
  const run = (url: string) => {
    const operation = new Operation(policy, request('GET', {}, url));
    const client = new ScriptedClient(clock, [{ status: 503 }, { status: 503 }, { status: 503 }]);
    return clock.run(runOperation(operation, client)).then((response) => reportOf(response));
  };

  const first = await run('http://a.test/1');
  const second = await run('http://a.test/2');
  const elsewhere = await run('http://b.test/');

  expect(first).toMatchObject({ attempts: { length: 2 }, decision: { reason: 'budget-exhausted' } });
  expect(second).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'budget-exhausted' } });
  expect(elsewhere?.attempts).toHaveLength(2);
});

function onlyOnce() {
  let left = 1;
  return {
    canWithdraw: () => left > 0,
    withdraw: () => {
      left--;
    },
    failed: () => {},
    succeeded: () => {},
    isFull: false,
  };
}

test('reports every retryable failure, retry and success to the budget', async () => {
  const { heard, budget } = recorder(true);

  await play([{ status: 503 }, { fails: 'unknown' }, { status: 200 }], { options: { budget } });

  expect(heard).toEqual([
    ['failed'],
    ['withdraw', 'throttled'],
    ['failed'],
    ['withdraw', 'failed'],
    ['succeeded', true],
  ]);
});

test.each<[string, Act, string]>([
  ['a timeout', { hangs: true }, 'timeout'],
  ['a failure', { fails: 'unknown' }, 'failed'],
  ['a 500', { status: 500 }, 'failed'],
  ['a 429', { status: 429 }, 'throttled'],
  ['a 503', { status: 503 }, 'throttled'],
])('%s is paid for by its cause', async (_, act, cause) => {
  const { heard, budget } = recorder();

  await play([act, { status: 200 }], { options: { budget, attemptTimeoutMs: 50 } });

  expect(heard).toEqual([['failed'], ['withdraw', cause], ['succeeded', true]]);
});

test.each<[string, string, Act[], unknown[]]>([
  ['a final status is no failure', 'GET', [{ status: 404 }], []],
  ['a success at an origin without trouble is not recorded', 'GET', [{ status: 200 }], []],
  ['a retry that is not allowed is not paid for', 'POST', [{ status: 503 }], [['failed']]],
  ['a programmer error is no failure', 'GET', [{ fails: 'never-sent', kind: 'programmer-error' }], []],
])('%s', async (_, method, acts, expected) => {
  const { heard, budget } = recorder();

  await play(acts, { method, options: { budget } });

  expect(heard).toEqual(expected);
});

test('a retry that no attempt is left for is not paid for', async () => {
  const { heard, budget } = recorder();

  await play([{ status: 503 }], { options: { budget, maxAttempts: 1 } });

  expect(heard).toEqual([['failed']]);
});

test('a success at the first attempt is recorded as one', async () => {
  const { heard, budget } = recorder(true);

  await play([{ status: 200 }], { options: { budget } });

  expect(heard).toEqual([['succeeded', false]]);
});

test('a budget that is exhausted stops the operation with the real outcome', async () => {
  const budget = {
    countsEverySuccess: false,
    open: () => ({ canWithdraw: () => false, withdraw() {}, failed() {}, succeeded() {}, isFull: true }),
  };

  const { response, sent, report } = await play([{ status: 503 }], { options: { budget } });

  expect(response?.status).toBe(503);
  expect(sent).toBe(1);
  expect(report.decision).toEqual({ action: 'stop', reason: 'budget-exhausted' });
});

test('a policy that was reset has forgotten its budgets and its pauses', async () => {
  const clock = new VirtualClock();
  const policy = policyWith({ backoff: () => 0, budget: { countsEverySuccess: false, open: onlyOnce } }, clock);
  const run = async () => {
    const operation = new Operation(policy, request('GET'));
    const acts = [{ status: 503 }, { status: 503, headers: { 'retry-after': '9' } }];
    await clock.run(runOperation(operation, new ScriptedClient(clock, acts)));
    return operation.report().attempts.length;
  };

  expect([await run(), await run()]).toEqual([2, 1]);
  expect(policy.pacing.gateMs('http://origin.test/', 0, clock.now())).toBe(9000);
  policy.reset();

  expect(policy.pacing.gateMs('http://origin.test/', 0, clock.now())).toBe(0);
  expect(policy.pacing.isIdle).toBe(true);
  expect(await run()).toBe(2);
});
