import { rejectionOf } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { keys, type RetryOptions } from '../src/index.ts';
import { callOf, failedRequest, sentOptions, stateOf } from './support.ts';

const LIMITED: RetryOptions = { deadlineMs: 1000, backoff: () => 1 };
const KEYED: RetryOptions = {
  idempotencyKey: keys.custom({ header: 'Idempotency-Key', windowMs: 1000 }),
  backoff: () => 1,
};

/** What a function throws, even if that is undefined. */
function thrownBy(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return 'nothing';
}

describe('an attempt', () => {
  test('is the same one behind a redirect', async () => {
    const events: string[] = [];
    const { call } = callOf({ onEvent: ({ type }) => void events.push(type) });

    await call.prepare(sentOptions());
    await call.prepare(sentOptions());

    expect(events).toEqual(['operation-start', 'attempt-start']);
  });

  test('begins when it is sent if a handler took the first hook away', () => {
    const events: string[] = [];
    const { call } = callOf({ onEvent: ({ type }) => void events.push(type) });

    call.handOver(sentOptions());
    expect(events).toEqual([]);

    call.sent(failedRequest());
    expect(events).toEqual(['operation-start', 'attempt-start']);
  });

  test.each(['prepare', 'handOver'] as const)('is not sent after an abort: %s throws its reason', async (hook) => {
    const controller = new AbortController();
    const reason = new Error('the user left');
    const { call } = callOf({}, { signal: controller.signal });
    if (hook === 'handOver') await call.prepare(sentOptions());

    controller.abort(reason);

    expect(await rejectionOf((async () => call[hook](sentOptions()))())).toBe(reason);
  });

  test.each([
    [LIMITED, 999, false],
    [LIMITED, 1000, true],
    [LIMITED, 1001, true],
    [{}, 1_000_000_000, false],
  ])('with %j, after %i ms, is beyond the deadline: %s', async (options, passedMs, isLate) => {
    const { call, clock } = callOf(options);
    const late = isLate ? { code: 'TWICESAFE_DEADLINE' } : undefined;

    await call.prepare(sentOptions());
    clock.advance(passedMs);

    const thrown = thrownBy(() => call.handOver(sentOptions()));
    expect(thrown === 'nothing' ? undefined : thrown).toEqual(late && expect.objectContaining(late));
  });

  test('is not begun at the deadline either', async () => {
    const { call, clock, operation } = callOf(LIMITED);

    clock.advance(1000);

    expect(await rejectionOf(call.prepare(sentOptions()))).toMatchObject({ code: 'TWICESAFE_DEADLINE' });
    expect(operation.nextAttempt).toBe(1);
  });

  test('that the deadline ended is not sent later: its error is the one that was given', async () => {
    const { call } = callOf(LIMITED);
    await call.prepare(sentOptions());

    const expired = call.expire();
    call.fail(expired);

    expect(thrownBy(() => call.handOver(sentOptions()))).toBe(expired);
  });
});

describe('an attempt with a key', () => {
  const lost = { name: 'RequestError', code: 'ECONNRESET', message: 'read ECONNRESET' };

  async function untilTheSecond() {
    const made = callOf(KEYED);
    const { call } = made;
    await call.prepare(sentOptions());
    call.handOver(sentOptions());
    call.sent(failedRequest());
    const state = stateOf(lost as never);
    expect(await call.calculateDelay(state)).toBe(1);
    return { ...made, error: (state as { error: unknown }).error };
  }

  test('is not begun once the server has forgotten the key', async () => {
    const { call, clock, operation, error } = await untilTheSecond();

    clock.advance(1000);

    expect(await rejectionOf(call.prepare(sentOptions()))).toBe(error);
    expect(operation.decision).toEqual({ action: 'stop', reason: 'key-window-over' });
  });

  test('is sent if it had begun before', async () => {
    const { call, clock, operation } = await untilTheSecond();

    await call.prepare(sentOptions());
    clock.advance(1000);
    call.handOver(sentOptions());

    expect(operation.decision).toMatchObject({ action: 'retry', reason: 'idempotency-key' });
  });
});

test("a delay that the caller's own function finds after the end of the call is none", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const { call, operation } = callOf({ backoff: () => 1 }, { method: 'GET', calculateDelay: () => promise });
  await call.prepare(sentOptions({ method: 'GET' }));
  call.handOver(sentOptions({ method: 'GET' }));
  const response = { statusCode: 503, headers: {}, complete: true };

  const delay = call.calculateDelay(stateOf({ name: 'HTTPError', response } as never));
  call.fail(new Error('The caller gave up'), true);
  resolve(1);

  expect(await delay).toBe(0);
  expect(operation.decision).toEqual({ action: 'stop', reason: 'aborted' });
});
