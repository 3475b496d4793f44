import { Operation, policyFrom } from '@twicesafe/core/adapter';
import type { FetchFunction } from '@twicesafe/evidence';
import { hang, Origin, rejectionOf, VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { createRetryPolicy, type RetryOptions, TimeLimitError } from '../src/index.ts';
import { KyAttempt, type KyAttemptOptions } from '../src/ky-attempt.ts';

const URL_GIVEN = 'http://127.0.0.1/';
const failure = new TypeError('fetch failed');
const failing: FetchFunction = () => Promise.reject(failure);
const timeout = (cause?: unknown) => Object.assign(new Error('late', { cause }), { name: 'TimeoutError' });

function attemptOf(
  fetch: FetchFunction,
  options: RetryOptions = {},
  limits: Partial<KyAttemptOptions> = {},
  clock = new VirtualClock(),
  request = new Request(URL_GIVEN, { method: 'PUT' }),
) {
  const operation = new Operation(policyFrom(createRetryPolicy(options, clock)), request);
  const given = { fetch, streamBody: false, isForeign: false, timeoutMs: 500, previous: undefined, ...limits };
  return new KyAttempt(operation, request, given);
}

async function ended(fetch: FetchFunction): Promise<KyAttempt> {
  const attempt = attemptOf(fetch);
  await attempt.send({}, (send) => send()).catch(() => {});
  return attempt;
}

test('a response is the outcome, whatever is thrown after it', async () => {
  const attempt = await ended(() => Promise.resolve(new Response(null, { status: 204 })));

  for (const error of [undefined, new Error('mine'), timeout(), timeout('why')])
    expect(attempt.outcomeFor(error)).toBe(attempt.outcome);
  expect(attempt.outcome).toMatchObject({ type: 'response', status: 204 });
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['another error', new Error('mine')],
])('a failure stays what it was if %s is thrown after it', async (_, error) => {
  const attempt = await ended(failing);

  expect(attempt.outcomeFor(error)).toBe(attempt.outcome);
});

test('a request whose signal is aborted is never sent', async () => {
  const error = new Error('mine');
  const request = new Request(URL_GIVEN, { signal: AbortSignal.abort(error) });
  const attempt = attemptOf(failing, {}, {}, new VirtualClock(), request);

  expect(await rejectionOf(attempt.send({}, (send) => send()))).toBe(error);
  expect(attempt.outcome).toEqual({ type: 'failure', kind: 'caller-abort', delivery: 'never-sent', error });
});

test("ky's error around a failure stands for it", async () => {
  const attempt = await ended(failing);
  const error = new Error('NetworkError', { cause: failure });

  expect(attempt.outcomeFor(error)).toEqual({ ...attempt.outcome, error });
});

test("the TimeoutError of a caller's fetch is none of ky's", async () => {
  const error = timeout();
  const attempt = attemptOf(() => Promise.reject(error), { deadlineMs: 100 });
  await attempt.send({}, (send) => send()).catch(() => {});

  expect(attempt.outcomeFor(error)).toBe(attempt.outcome);
});

test.each<[number, 'attempt-timeout' | 'deadline']>([
  [499, 'deadline'],
  [500, 'deadline'],
  [501, 'attempt-timeout'],
])("a timeout of 500 ms ends an attempt %i ms before the deadline: it's the %s", (deadlineMs, kind) => {
  const attempt = attemptOf(() => new Promise(() => {}), { deadlineMs });
  const error = timeout();

  expect(attempt.outcomeFor(error)).toMatchObject({ type: 'failure', kind, error });
});

test('an attempt without an end fails with what is thrown', () => {
  const attempt = attemptOf(() => new Promise(() => {}));

  expect(attempt.outcomeFor(undefined)).toMatchObject({ type: 'failure', error: undefined });
});

test('a body is cut once for all calls whose limit is the same', () => {
  const limits: unknown[] = [];
  class Noting extends VirtualClock {
    override after(ms: number, callback: () => void, shared?: boolean): () => void {
      limits.push([ms, shared]);
      return super.after(ms, callback);
    }
  }
  const attempt = attemptOf(failing, {}, {}, new Noting());

  attempt.limitBody(1000);

  expect(limits).toEqual([[1000, true]]);
});

/** A fetch that never answers, and the signal that it got. */
function hanging() {
  const signals: AbortSignal[] = [];
  const fetch: FetchFunction = (_, init) => {
    signals.push(init?.signal as AbortSignal);
    return new Promise(() => {});
  };
  return { fetch, signals };
}

test('attemptTimeoutMs aborts a fetch of the caller', async () => {
  const { fetch, signals } = hanging();
  const clock = new VirtualClock();
  const attempt = attemptOf(fetch, { attemptTimeoutMs: 100 }, {}, clock);
  const sent = rejectionOf(attempt.send({}, (send) => send()));

  clock.advance(100);

  expect(await sent).toBeInstanceOf(TimeLimitError);
  expect(signals[0]?.aborted).toBe(true);
});

test.each<[string, Error, boolean]>([
  ["ky's timeout", timeout(), true],
  ['another error', new Error('mine'), false],
])('the end of an attempt without a response aborts its fetch: %s', async (_, error, aborted) => {
  const { fetch, signals } = hanging();
  const attempt = attemptOf(fetch, { attemptTimeoutMs: 100 });
  attempt.send({}, (send) => send()).catch(() => {});

  attempt.end(error);

  expect(signals[0]?.aborted).toBe(aborted);
});

test('a timeout after a response leaves it to whoever reads it', async () => {
  const signals: AbortSignal[] = [];
  const fetch: FetchFunction = async (_, init) => {
    signals.push(init?.signal as AbortSignal);
    return new Response();
  };
  const attempt = attemptOf(fetch, { attemptTimeoutMs: 100 });
  await attempt.send({}, (send) => send());

  attempt.end(timeout());

  expect(signals[0]?.aborted).toBe(false);
});

test('the error of a body that was cut says why', async () => {
  const signals: AbortSignal[] = [];
  const fetch: FetchFunction = async (_, init) => {
    signals.push(init?.signal as AbortSignal);
    return new Response();
  };
  const clock = new VirtualClock();
  const attempt = attemptOf(fetch, { attemptTimeoutMs: 100 }, {}, clock);
  await attempt.send({}, (send) => send());

  attempt.limitBody(1000);
  clock.advance(1000);

  expect(signals[0]?.reason).toEqual(new Error('The body of an error took too long, and a retry follows'));
});

test("ky's timeout ends the runtime's own fetch, even if nothing else is watched", async () => {
  await using origin = await Origin.listen();
  origin.plays(hang());
  const options = { bufferResponseBytes: 0 };
  const attempt = attemptOf(
    globalThis.fetch as FetchFunction,
    options,
    {},
    new VirtualClock(),
    new Request(origin.url),
  );
  const sent = rejectionOf(attempt.send({}, (send) => send()));
  await origin.received(1);
  const error = timeout();

  attempt.end(error);

  expect((await sent).cause).toBe(error);
});
