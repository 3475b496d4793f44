import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import type { RetryEvent } from '../../src/effect/event.ts';
import { Operation } from '../../src/operation/operation.ts';
import { createRetryPolicy } from '../../src/operation/policy.ts';
import { reportOf } from '../../src/operation/reports.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import type { RequestRetryOptions, RetryOptions } from '../../src/options/options.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';

interface Setting {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly options?: RetryOptions;
  readonly word?: RequestRetryOptions;
  readonly signal?: AbortSignal;
}

function prepare(acts: readonly Act[], { method = 'GET', headers, options, word, signal }: Setting = {}) {
  const clock = new VirtualClock();
  const policy = createRetryPolicy({ backoff: () => 100, ...options }, clock);
  const operation = new Operation(policy, request(method, headers), word);
  const client = new ScriptedClient(clock, acts, signal);
  return { clock, client, operation, start: () => runOperation(operation, client) };
}

test('a success at the first attempt is handed over as it is', async () => {
  const { clock, client, start } = prepare([{ status: 200, afterMs: 30 }]);

  const response = await clock.run(start());

  expect(response.status).toBe(200);
  expect(client.sentAtMs).toEqual([0]);
  expect(reportOf(response)).toMatchObject({ decision: { reason: 'succeeded' }, elapsedMs: 30, effect: 'not-applied' });
});

test('a transient status is followed by another attempt, after the backoff', async () => {
  const { clock, client, start } = prepare([{ status: 503, afterMs: 10 }, { status: 200 }]);

  const response = await clock.run(start());

  expect(response.status).toBe(200);
  expect(client.sentAtMs).toEqual([0, 110]);
  expect(client.discarded.map(({ status }) => status)).toEqual([503]);
});

test('the last response is handed over when the attempts are spent', async () => {
  const { clock, client, start } = prepare([{ status: 503 }, { status: 502 }, { status: 500 }]);

  const response = await clock.run(start());

  expect(response.status).toBe(500);
  expect(client.sentAtMs).toHaveLength(3);
  expect(reportOf(response)?.decision).toEqual({ action: 'stop', reason: 'attempts-exhausted' });
});

test("the client's own error is handed over, and can be asked for its report", async () => {
  const { clock, client, start } = prepare([{ fails: 'unknown' }], { method: 'POST' });

  const error = await clock.run(start()).catch((thrown: unknown) => thrown);

  expect(error).toBe(client.errors[0]);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ number: 1, delivery: 'unknown', decision: { reason: 'not-repeatable' } }],
    effect: 'maybe-applied',
    effectReason: 'outcome-unknown',
  });
});

test('a failure that may have been processed outranks a later one that certainly was not', async () => {
  const { clock, client, start } = prepare([{ fails: 'unknown' }, { fails: 'never-sent' }, { fails: 'never-sent' }], {
    method: 'PUT',
  });

  const error = await clock.run(start()).catch((thrown: unknown) => thrown);

  expect(client.sentAtMs).toHaveLength(3);
  expect(error).toBe(client.errors[0]);
});

test('an attempt that takes longer than attemptTimeoutMs is ended, and counts as one that may have been processed', async () => {
  const { clock, client, operation, start } = prepare([{ hangs: true }, { status: 200 }], {
    options: { attemptTimeoutMs: 500 },
  });

  const response = await clock.run(start());

  expect(response.status).toBe(200);
  expect(client.sentAtMs).toEqual([0, 600]);
  expect(operation.report().attempts[0]).toMatchObject({
    outcome: { kind: 'attempt-timeout' },
    delivery: 'unknown',
    durationMs: 500,
  });
});

test('a POST that timed out is not repeated', async () => {
  const { clock, client, start } = prepare([{ hangs: true }], { method: 'POST', options: { attemptTimeoutMs: 500 } });

  const error = await clock.run(start()).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ name: 'TimeoutError', message: 'The attempt took longer than attemptTimeoutMs' });
  expect(client.sentAtMs).toHaveLength(1);
});

test('the deadline ends an attempt, and the operation with it', async () => {
  const { clock, client, operation, start } = prepare([{ hangs: true }], {
    options: { deadlineMs: 700, attemptTimeoutMs: 5000 },
  });

  const error = await clock.run(start()).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ name: 'TimeoutError', message: 'The operation took longer than deadlineMs' });
  expect(clock.now()).toBe(700);
  expect(client.sentAtMs).toHaveLength(1);
  expect(operation.report().decision).toEqual({ action: 'stop', reason: 'deadline-over' });
});

test('a wait that does not fit before the deadline is not begun: the real response comes at once', async () => {
  const { clock, start } = prepare([{ status: 503, headers: { 'retry-after': '2' } }], {
    options: { deadlineMs: 1500 },
  });

  const response = await clock.run(start());

  expect(response.status).toBe(503);
  expect(clock.now()).toBe(0);
  expect(reportOf(response)?.decision.reason).toBe('deadline-too-near');
});

test('nothing is sent when the timer comes after the deadline', async () => {
  const { clock, client, start } = prepare([{ fails: 'never-sent' }, { status: 200 }], {
    options: { deadlineMs: 150 },
  });
  const running = start().catch((thrown: unknown) => thrown);
  await new Promise((resolve) => setImmediate(resolve));

  // The machine was busy: the timer of 100 ms fires, but the clock shows 400.
  const now = clock.now.bind(clock);
  clock.now = () => now() + 300;
  clock.advance(100);
  const error = await running;

  expect(client.sentAtMs).toHaveLength(1);
  expect(error).toBe(client.errors[0]);
});

test.each([
  ['in flight', [{ hangs: true }]],
  ['as the response comes', [{ status: 200, afterMs: 50 }]],
  ['during the backoff', [{ status: 503 }]],
] as [string, Act[]][])('an abort %s is answered at once, with the reason of the caller', async (_, acts) => {
  const controller = new AbortController();
  const { clock, client, operation, start } = prepare(acts, { signal: controller.signal });
  const reason = { mine: true };
  const running = start().catch((thrown: unknown) => thrown);
  clock.advance(0);
  await new Promise((resolve) => setImmediate(resolve));

  clock.advance(50);
  controller.abort(reason);

  expect(await running).toBe(reason);
  expect(clock.pending).toBe(0);
  expect(client.sentAtMs).toHaveLength(1);
  expect(operation.report().decision).toEqual({ action: 'stop', reason: 'aborted' });
});

test('an abort before the first attempt is answered with the reason of the caller', async () => {
  const { clock, operation, start } = prepare([], { signal: AbortSignal.abort('never mind') });

  const reason = await clock.run(start()).catch((thrown: unknown) => thrown);

  expect(reason).toBe('never mind');
  expect(operation.report().attempts).toMatchObject([{ outcome: { kind: 'caller-abort' } }]);
});

test('a late response of a client that does not listen to the signal is discarded', async () => {
  const { clock, client, start } = prepare([], { method: 'POST', options: { attemptTimeoutMs: 10 } });
  let answer: (response: { status: number; headers: Headers }) => void = () => {};
  client.send = () =>
    new Promise((resolve) => {
      answer = resolve;
    });

  await expect(clock.run(start())).rejects.toMatchObject({ name: 'TimeoutError' });
  answer({ status: 200, headers: new Headers() });
  await new Promise((resolve) => setImmediate(resolve));

  expect(client.discarded).toHaveLength(1);
});

test('a client that throws instead of rejecting fails its attempt', async () => {
  const { clock, client, operation, start } = prepare([], { method: 'POST', options: { attemptTimeoutMs: 10 } });
  client.send = () => {
    throw new RangeError('no');
  };

  await expect(clock.run(start())).rejects.toThrow('no');

  expect(clock.pending).toBe(0);
  expect(operation.report().attempts).toHaveLength(1);
});

test('events tell the same as the report, as it happens', async () => {
  const events: RetryEvent[] = [];
  const { clock, operation, start } = prepare([{ status: 503 }, { status: 200 }], {
    options: { onEvent: (event) => events.push(event) },
  });

  await clock.run(start());

  const { attempts } = operation.report();
  expect(events.map(({ type }) => type)).toEqual([
    'attempt-start',
    'attempt-end',
    'retry-scheduled',
    'attempt-start',
    'attempt-end',
    'operation-end',
  ]);
  expect(events[1]).toMatchObject({ method: 'GET', url: 'http://origin.test/orders', attempt: attempts[0] });
  expect(events[2]).toMatchObject({ number: 2, decision: { action: 'retry', reason: 'safe-method', waitMs: 100 } });
  expect(events.at(-1)).toMatchObject({ report: { attempts } });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('listener');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('listener');
    },
  ],
])('a listener that %s breaks nothing', async (_, onEvent) => {
  const { clock, start } = prepare([{ status: 503 }, { status: 200 }], { options: { onEvent } });

  expect((await clock.run(start())).status).toBe(200);
});

test('the budget of an origin ends retries to it, and the real outcome is handed over', async () => {
  const clock = new VirtualClock();
  const policy = createRetryPolicy(
    { backoff: () => 0, budget: { countsEverySuccess: false, open: () => onlyOnce() } },
    clock,
  );
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

test('a word on one request beats the policy', async () => {
  const { clock, client, start } = prepare([{ status: 503 }, { status: 503 }], { word: { maxAttempts: 1 } });

  await clock.run(start());

  expect(client.sentAtMs).toHaveLength(1);
});

test('a word that is not allowed is refused before anything is sent', () => {
  expect(() => prepare([], { word: { maxAttempts: 0 } })).toThrow(
    'maxAttempts must be a whole number from 1 to 1000, not 0',
  );
  expect(() => prepare([], { word: { retries: 3 } as RequestRetryOptions })).toThrow('retry has no member "retries"');
});

test('a key is made once, and is the same on every attempt', async () => {
  const { operation } = prepare([], { method: 'POST', word: { idempotencyKey: 'order-7' } });

  expect(operation.fields).toEqual([['Idempotency-Key', 'order-7']]);
  expect(operation.fields).toBe(operation.fields);
  expect(operation.repeatable).toBe(true);
  expect(operation.report().idempotencyKey).toBe('order-7');
});

test('reportOf knows nothing of what no operation ended with', () => {
  expect(reportOf(new Response())).toBeUndefined();
  expect(reportOf('text')).toBeUndefined();
});

test('a timer that comes late sends nothing after the deadline', async () => {
  class LateClock extends VirtualClock {
    override after(ms: number, callback: () => void): () => void {
      return super.after(ms === 100 ? 1000 : ms, callback);
    }
  }
  const clock = new LateClock();
  const policy = createRetryPolicy({ backoff: () => 100, deadlineMs: 500 }, clock);
  const operation = new Operation(policy, request('GET'));
  const client = new ScriptedClient(clock, [{ fails: 'unknown' }]);

  await expect(clock.run(runOperation(operation, client))).rejects.toThrow('attempt 1 failed');
  expect(client.sentAtMs).toEqual([0]);
  expect(operation.report().decision).toEqual({ action: 'stop', reason: 'deadline-over' });
});

test('the budget hears of every failure worth a retry, of every retry, and of the success', async () => {
  const heard: unknown[] = [];
  const budget = {
    countsEverySuccess: true,
    open: () => ({
      canWithdraw: () => true,
      withdraw: (cause: string) => heard.push(['withdraw', cause]),
      failed: () => heard.push(['failed']),
      succeeded: (retried: boolean) => heard.push(['succeeded', retried]),
      isFull: false,
    }),
  };
  const { clock, start } = prepare([{ status: 503 }, { fails: 'unknown' }, { status: 200 }], { options: { budget } });

  await clock.run(start());

  expect(heard).toEqual([
    ['failed'],
    ['withdraw', 'throttled'],
    ['failed'],
    ['withdraw', 'failed'],
    ['succeeded', true],
  ]);
});

test('a budget that is spent stops the operation with the real outcome', async () => {
  const budget = {
    countsEverySuccess: false,
    open: () => ({ canWithdraw: () => false, withdraw() {}, failed() {}, succeeded() {}, isFull: true }),
  };
  const { clock, client, start } = prepare([{ status: 503 }], { options: { budget } });

  const response = await clock.run(start());

  expect(response.status).toBe(503);
  expect(client.sentAtMs).toHaveLength(1);
  expect(reportOf(response)?.decision).toEqual({ action: 'stop', reason: 'budget-exhausted' });
});

test('the backoff is told the wait before', async () => {
  const told: unknown[] = [];
  const backoff = (retry: number, _: number, previousWaitMs: number) => {
    told.push([retry, previousWaitMs]);
    return retry * 10;
  };
  const { clock, start } = prepare([{ status: 503 }, { status: 503 }], { options: { backoff } });

  await clock.run(start());

  expect(told).toEqual([
    [1, 0],
    [2, 10],
  ]);
});

test('an operation that ends with two objects ends once', () => {
  const events: RetryEvent[] = [];
  const { operation } = prepare([], { options: { onEvent: (event) => events.push(event) } });
  const [error, response] = [new Error('no order'), new Response()];

  operation.settle(error);
  operation.settle(response);

  expect(events.map(({ type }) => type)).toEqual(['operation-end']);
  expect([reportOf(error), reportOf(response)]).toEqual([operation.report(), operation.report()]);
});

test('an object that ends two operations has the report of the last one, also if it is frozen', () => {
  for (const reason of [new Error('mine'), Object.freeze(new Error('mine'))]) {
    for (const method of ['GET', 'PUT']) prepare([], { method }).operation.settle(reason);

    expect(reportOf(reason)).toMatchObject({ method: 'PUT' });
  }
});
