import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { TimeLimitError } from '../../src/operation/errors.ts';
import { timeLimitOf } from '../../src/operation/time-limit.ts';
import type { Act } from '../support/scripted-client.ts';
import { play, type Staging, stage } from '../support/stage.ts';

test('attemptTimeoutMs ends a slow attempt, which counts as in doubt', async () => {
  const { response, client, report } = await play([{ hangs: true }, { status: 200 }], {
    options: { attemptTimeoutMs: 500 },
  });

  expect(response?.status).toBe(200);
  expect(client.sentAtMs).toEqual([0, 600]);
  expect(report.attempts[0]).toMatchObject({
    outcome: { kind: 'attempt-timeout', error: { name: 'TimeoutError', code: 'TWICESAFE_ATTEMPT_TIMEOUT' } },
    delivery: 'unknown',
    durationMs: 500,
  });
});

test('a POST that timed out is not retried, and the error names method, URL and limit', async () => {
  const { error, sent, client } = await play([{ hangs: true }], {
    method: 'POST',
    url: 'http://user:pw@origin.test/orders?key=secret#top',
    options: { attemptTimeoutMs: 500 },
  });

  expect(error).toBeInstanceOf(TimeLimitError);
  expect(error).toMatchObject({
    name: 'TimeoutError',
    code: 'TWICESAFE_ATTEMPT_TIMEOUT',
    method: 'POST',
    url: 'http://origin.test/orders?key=REDACTED',
    limitMs: 500,
    message:
      'POST http://origin.test/orders?key=REDACTED had an attempt that took longer than attemptTimeoutMs: 500 ms. See https://twicesafe.github.io/twicesafe/why/TWICESAFE_ATTEMPT_TIMEOUT',
  });
  expect(client.cuts).toEqual([error]);
  expect(sent).toBe(1);
});

test('a limit of another operation is an ordinary failure', async () => {
  const inner = await play([{ hangs: true }], { method: 'POST', options: { attemptTimeoutMs: 500 } });
  const { clock, client, operation, start } = stage([], { method: 'POST' });
  client.send = () => Promise.reject(inner.error);

  expect(await clock.run(start().catch((thrown: unknown) => thrown))).toBe(inner.error);
  expect(operation.report().attempts).toMatchObject([{ outcome: { kind: 'network' } }]);
});

test('the deadline ends an attempt, and the operation with it', async () => {
  const { error, clock, sent, report } = await play([{ hangs: true }], {
    options: { deadlineMs: 700, attemptTimeoutMs: 5000 },
  });

  expect(error).toMatchObject({
    name: 'TimeoutError',
    code: 'TWICESAFE_DEADLINE',
    limitMs: 700,
    message:
      'GET http://origin.test/orders took longer than deadlineMs: 700 ms. See https://twicesafe.github.io/twicesafe/why/TWICESAFE_DEADLINE',
  });
  expect(clock.now()).toBe(700);
  expect(sent).toBe(1);
  expect(report.decision).toEqual({ action: 'stop', reason: 'deadline-over' });
});

test.each<[string, number | undefined, number | undefined, number | undefined]>([
  ['policy', undefined, undefined, 900],
  ['rule', 700, undefined, 700],
  ['request', 700, 300, 300],
  ['request', undefined, 300, 300],
])('the attempt timeout of the %s counts', async (_, rule, request, expected) => {
  const { error } = await play([{ hangs: true }], {
    method: 'POST',
    options: {
      attemptTimeoutMs: 900,
      ...(rule !== undefined && { rules: [{ method: 'POST', attemptTimeoutMs: rule }] }),
    },
    ...(request !== undefined && { request: { attemptTimeoutMs: request } }),
  });

  expect(error).toMatchObject({ code: 'TWICESAFE_ATTEMPT_TIMEOUT', limitMs: expected });
});

test("a rule's attempt timeout does not bind other requests", async () => {
  const { response, clock } = await play([{ status: 200, afterMs: 800 }], {
    options: { rules: [{ method: 'POST', attemptTimeoutMs: 500 }] },
  });

  expect(response?.status).toBe(200);
  expect(clock.now()).toBe(800);
});

test('the nearer of the two limits ends an attempt', () => {
  const limitOf = (options: object) => timeLimitOf(stage([], { options }).operation);

  expect(limitOf({})).toBeUndefined();
  expect(limitOf({ attemptTimeoutMs: 500 })).toEqual({ kind: 'attempt-timeout', ms: 500, shared: true });
  expect(limitOf({ attemptTimeoutMs: 500, deadlineMs: 501 })).toEqual({
    kind: 'attempt-timeout',
    ms: 500,
    shared: true,
  });
  expect(limitOf({ attemptTimeoutMs: 500, deadlineMs: 500 })).toEqual({ kind: 'deadline', ms: 500, shared: true });
  expect(limitOf({ deadlineMs: 500 })).toEqual({ kind: 'deadline', ms: 500, shared: true });
});

test('the rest of the deadline limits a later attempt with its own timer', async () => {
  const limits: unknown[] = [];
  class Recorder extends VirtualClock {
    override after(ms: number, callback: () => void, shared?: boolean): () => void {
      limits.push([ms, shared]);
      return super.after(ms, callback);
    }
  }

  await play([{ status: 503, afterMs: 10 }, { status: 200 }], {
    clock: new Recorder(),
    options: { deadlineMs: 700, attemptTimeoutMs: 5000 },
  });

  expect(limits).toEqual([
    [10, undefined],
    [700, true],
    [100, undefined],
    [0, undefined],
    [590, false],
  ]);
});

test('returns the real response immediately if the wait would pass the deadline', async () => {
  const { response, clock, report } = await play([{ status: 503, headers: { 'retry-after': '2' } }], {
    options: { deadlineMs: 1500 },
  });

  expect(response?.status).toBe(503);
  expect(clock.now()).toBe(0);
  expect(report.decision.reason).toBe('deadline-too-near');
});

/** A machine that is busy: the timer of a backoff fires late. */
class LateClock extends VirtualClock {
  readonly #lateMs: number;

  constructor(lateMs: number) {
    super();
    this.#lateMs = lateMs;
  }

  override after(ms: number, callback: () => void): () => void {
    return super.after(ms === 100 ? this.#lateMs : ms, callback);
  }
}

test.each([500, 1000])('a timer that fires after %i ms sends nothing past the deadline of 500 ms', async (lateMs) => {
  const { error, client, report } = await play([{ fails: 'unknown' }], {
    clock: new LateClock(lateMs),
    options: { deadlineMs: 500 },
  });

  expect(error).toBe(client.errors[0]);
  expect(client.sentAtMs).toEqual([0]);
  expect(report).toMatchObject({ decision: { action: 'stop', reason: 'deadline-over' }, elapsedMs: lateMs });
});

test('a timer that comes in time sends the retry', async () => {
  const { client } = await play([{ fails: 'unknown' }], { clock: new LateClock(499), options: { deadlineMs: 500 } });

  expect(client.sentAtMs).toEqual([0, 499]);
});

test('a timer after the deadline discards the response and throws the deadline error', async () => {
  const { error, client } = await play([{ status: 503 }], { clock: new LateClock(900), options: { deadlineMs: 500 } });

  expect(error).toMatchObject({ code: 'TWICESAFE_DEADLINE' });
  expect(client.discarded.map(({ status }) => status)).toEqual([503]);
  expect(client.sentAtMs).toEqual([0]);
});

test.each<[string, Staging, number]>([
  ['a POST whose key is over by then is not sent', { method: 'POST' }, 1],
  ['a GET needs no key', { method: 'GET' }, 2],
  ['a PUT needs no key', { method: 'PUT' }, 2],
  ['a POST that is declared as repeatable needs no key', { method: 'POST', request: { idempotent: true } }, 2],
])('a timer that fires after the window of the key: %s', async (_, staging, sent) => {
  const idempotencyKey = customKeyScheme({ header: 'Order-Key', methods: ['GET', 'PUT', 'POST'], windowMs: 400 });
  const { client, response, report } = await play([{ status: 503 }], {
    ...staging,
    clock: new LateClock(900),
    options: { idempotencyKey },
  });

  expect(client.sentAtMs).toHaveLength(sent);
  expect(response?.status).toBe(sent === 1 ? 503 : 200);
  if (sent === 1) expect(report.decision.reason).toBe('key-window-over');
});

test('a late response of a client that does not obey the cut is discarded', async () => {
  const { clock, client, start } = stage([], { method: 'POST', options: { attemptTimeoutMs: 10 } });
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

test('a client that cannot be cut is answered by the limit all the same', async () => {
  const { clock, client, start } = stage([{ hangs: true }], { method: 'POST', options: { attemptTimeoutMs: 10 } });
  Object.assign(client, { cut: undefined });

  await expect(clock.run(start())).rejects.toMatchObject({ code: 'TWICESAFE_ATTEMPT_TIMEOUT' });
});

test.each<[string, Act]>([
  ['a response', { status: 200, afterMs: 20 }],
  ['a failure', { fails: 'unknown', afterMs: 20 }],
])('%s in time leaves no timer', async (_, act) => {
  const { clock } = await play([act], { method: 'POST', options: { attemptTimeoutMs: 500, deadlineMs: 900 } });

  expect(clock.pending).toBe(0);
  expect(clock.now()).toBe(20);
});

test('an attempt is cut only when its time is over', async () => {
  const given: boolean[] = [];
  const { clock, client, start } = stage([{ status: 503 }, { status: 200 }], { options: { attemptTimeoutMs: 500 } });
  const { send } = client;
  client.send = (limited) => {
    given.push(limited);
    return send.call(client, limited);
  };

  await clock.run(start());

  expect(given).toEqual([true, true]);
  expect(client.cuts).toEqual([]);
});

test('a client without a limit is never cut', async () => {
  const given: boolean[] = [];
  const { clock, client, start } = stage([{ status: 200 }]);
  const { send } = client;
  client.send = (limited) => {
    given.push(limited);
    return send.call(client, limited);
  };

  await clock.run(start());

  expect(given).toEqual([false]);
});

test.each<[string, number, number]>([
  ['a timer in time', 0, 2],
  ['a timer that fires after the server has forgotten the key', 60_000, 1],
])('%s: %i ms late, sent %i times', async (_, lateMs, sent) => {
  const clock = new VirtualClock();
  const { after } = clock;
  clock.after = (ms, callback) => after.call(clock, ms + lateMs, callback);
  const idempotencyKey = customKeyScheme({ header: 'Order-Key', windowMs: 30_000 });

  const played = await play([{ status: 503 }], { method: 'POST', clock, options: { idempotencyKey } });

  expect(played.sent).toBe(sent);
  expect(played.response?.status).toBe(sent === 2 ? 200 : 503);
  expect(played.report.decision.reason).toBe(sent === 2 ? 'succeeded' : 'key-window-over');
});
