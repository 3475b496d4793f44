import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import type { RetryEvent } from '../../src/effect/event.ts';
import { Operation } from '../../src/operation/operation.ts';
import { reportOf } from '../../src/operation/reports.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

/** A policy, a clock, and a function that sends something by it. `sentAtMs` tells when attempts were sent. */
function prepare(options: RetryOptions = {}, random: () => number = () => 0) {
  const clock = new VirtualClock(random);
  const policy = policyWith({ backoff: () => 1, budget: 'none', originGate: 'all', ...options }, clock);
  const sentAtMs: number[] = [];
  const send = async (acts: readonly Act[], word: RequestRetryOptions = {}, signal?: AbortSignal, method = 'GET') => {
    const client = new ScriptedClient(clock, acts, signal);
    const operation = new Operation(policy, request(method), word);
    try {
      return await runOperation(operation, client);
    } finally {
      sentAtMs.push(...client.sentAtMs);
    }
  };
  /** Has the origin ask for a pause of so many seconds. */
  const pause = (seconds: number, status = 503) =>
    clock.run(send([{ status, headers: { 'retry-after': String(seconds) } }], { maxAttempts: 1 }));
  return { clock, policy, send, pause, sentAtMs };
}

test.each([429, 503, 403])('after a %d with pushback other operations wait as long, POST too', async (status) => {
  const { clock, send, pause, sentAtMs } = prepare();
  await pause(2, status);

  const response = await clock.run(send([], {}, undefined, 'POST'));

  expect(sentAtMs).toEqual([0, 2000]);
  expect(reportOf(response)).toMatchObject({ elapsedMs: 2000, attempts: [{ startMs: 2000, durationMs: 0 }] });
});

test.each([
  ['no pushback', { status: 503 }],
  ['a status that says nothing of load', { status: 500, headers: { 'retry-after': '2' } }],
  ['a pushback too long', { status: 503, headers: { 'retry-after': '61' } }],
] as const)('no operation waits after %s', async (_, act) => {
  const { clock, send, sentAtMs } = prepare();
  await clock.run(send([act], { maxAttempts: 1 }));

  await clock.run(send([]));

  expect(sentAtMs).toEqual([0, 0]);
});

test('a retry of another operation waits too', async () => {
  const { clock, send, pause, sentAtMs } = prepare();
  const other = send([{ fails: 'unknown', afterMs: 10 }, { status: 200 }]);
  await pause(2);

  await clock.run(other);

  expect(sentAtMs).toEqual([0, 0, 2000]);
});

test('a retry that would pass the deadline in the gate ends with its outcome', async () => {
  const { clock, send, pause } = prepare();
  const other = send([{ status: 500, afterMs: 10 }], { deadlineMs: 1500 });
  await pause(2);

  const response = await clock.run(other);

  expect(reportOf(response)?.decision).toEqual({
    action: 'stop',
    reason: 'deadline-too-near',
    askedMs: expect.any(Number),
  });
});

test.each([
  ['one attempt', { maxAttempts: 1 }],
  ['a nearer deadline', { deadlineMs: 2000 }],
])('an operation with %s is sent at once', async (_, word) => {
  const { clock, send, pause, sentAtMs } = prepare();
  await pause(2);

  await clock.run(send([], word));

  expect(sentAtMs).toEqual([0, 0]);
});

test.each(['off', 'retries'] as const)(
  'with the gate set to %s a first attempt is sent at once',
  async (originGate) => {
    const { clock, send, pause, sentAtMs } = prepare({ originGate });
    await pause(2);

    await clock.run(send([]));

    expect(sentAtMs).toEqual([0, 0]);
  },
);

test.each([
  ['off', [0, 0, 11]],
  ['retries', [0, 0, 2000]],
  ['all', [0, 0, 2000]],
] as const)('with the gate set to %s retries of other operations start at %j', async (originGate, expected) => {
  const { clock, send, pause, sentAtMs } = prepare({ originGate });
  const other = send([{ fails: 'unknown', afterMs: 10 }, { status: 200 }]);
  await pause(2);

  await clock.run(other);

  expect(sentAtMs).toEqual(expected);
});

test('with waits skipped nothing waits at the gate', async () => {
  const { clock, send, pause, sentAtMs } = prepare({ skipWaits: true });
  await pause(2);

  await clock.run(send([]));

  expect(sentAtMs).toEqual([0, 0]);
});

test("a pushback counts for the origin that sent it: a redirect's target", async () => {
  const { clock, policy, send } = prepare();
  const hop = { url: 'http://elsewhere.test/login', sameMethod: true };
  await clock.run(send([{ status: 429, headers: { 'retry-after': '9' }, hop }], { maxAttempts: 1 }));

  expect(policy.pacing.gateMs('http://origin.test/orders', 0, 0)).toBe(0);
  expect(policy.pacing.gateMs('http://elsewhere.test/', 0, 0)).toBe(9000);
});

test('a pushback of maxPushbackMs closes the gate, and a longer one does not', async () => {
  const { clock, policy, send } = prepare({ maxPushbackMs: 2000 });

  await clock.run(send([{ status: 503, headers: { 'retry-after': '3' } }], { maxAttempts: 1 }));
  expect(policy.pacing.gateMs('http://origin.test/', 0, 0)).toBe(0);
  await clock.run(send([{ status: 503, headers: { 'retry-after': '2' } }], { maxAttempts: 1 }));
  expect(policy.pacing.gateMs('http://origin.test/', 0, 0)).toBe(2000);
});

test('failures say nothing about the load of an origin', async () => {
  const { clock, send, pause, sentAtMs } = prepare();
  await pause(1);
  for (let number = 0; number < 50; number++)
    await clock.run(send([{ fails: 'unknown' }], { maxAttempts: 1 }).catch(() => {}));
  sentAtMs.length = 0;
  clock.advance(5000);

  await pause(1);
  await clock.run(send([]));

  expect(sentAtMs).toEqual([5000, 6000]);
});

test('an abort ends the wait at once, with nothing sent and nothing left', async () => {
  const { clock, send, pause, sentAtMs } = prepare();
  await pause(2);
  const controller = new AbortController();
  const reason = new Error('mine');

  const waiting = send([], {}, controller.signal, 'POST').catch((error: unknown) => error);
  clock.advance(500);
  controller.abort(reason);

  expect(await waiting).toBe(reason);
  expect(sentAtMs).toEqual([0]);
  expect(clock.pending).toBe(0);
  expect(reportOf(reason)).toMatchObject({
    attempts: [],
    decision: { action: 'stop', reason: 'aborted' },
    effect: 'not-applied',
    elapsedMs: 500,
  });
});

test('delays each operation once, whatever the first one back gets', async () => {
  let random = 0;
  const { clock, send, pause, sentAtMs } = prepare({}, () => random);
  await pause(2);
  const first = send([{ status: 503, headers: { 'retry-after': '1' } }]);
  random = 0.5;
  const second = send([]);
  random = 0;

  await clock.run(Promise.all([first, second]));

  expect(sentAtMs.toSorted((a, b) => a - b)).toEqual([0, 2000, 2200, 3000]);
});

test('occasional pushbacks of a working origin delay no other operation', async () => {
  const { clock, send, pause, sentAtMs } = prepare();
  await pause(1);
  for (let number = 0; number < 50; number++) await clock.run(send([]));
  sentAtMs.length = 0;

  await pause(1);
  await clock.run(send([]));

  expect(sentAtMs).toEqual([1000, 1000]);
});

test('reports a wait when it begins', async () => {
  const events: RetryEvent[] = [];
  const { clock, send, pause } = prepare({ onEvent: (event) => events.push(event) });
  await pause(2);
  events.length = 0;

  await clock.run(send([]));

  expect(events.map(({ type }) => type)).toEqual([
    'operation-start',
    'attempt-held',
    'attempt-start',
    'attempt-end',
    'operation-end',
  ]);
  expect(events[1]).toEqual({
    operationId: expect.any(String),
    origin: 'http://origin.test',
    type: 'attempt-held',
    method: 'GET',
    url: 'http://origin.test/orders',
    number: 1,
    waitMs: 2000,
  });
});

test('a herd of a thousand spreads over a tenth of the wait, and none is early', async () => {
  let seed = 1;
  const { clock, send, sentAtMs } = prepare({}, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  });
  const told = { status: 503, headers: { 'retry-after': '2' } } as const;

  await clock.run(Promise.all(Array.from({ length: 1000 }, () => send([told]))));

  const again = sentAtMs.filter((ms) => ms > 0);
  expect(again).toHaveLength(1000);
  expect(Math.min(...again)).toBeGreaterThanOrEqual(2000);
  expect(Math.max(...again) - Math.min(...again)).toBeGreaterThan(200);
});
