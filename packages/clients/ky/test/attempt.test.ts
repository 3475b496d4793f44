import { Operation, policyFrom } from '@twicesafe/core/adapter';
import type { FetchFunction } from '@twicesafe/evidence';
import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { createRetryPolicy, type RetryOptions } from '../src/index.ts';
import { KyAttempt, type KyAttemptOptions } from '../src/ky-attempt.ts';

const URL_GIVEN = 'http://127.0.0.1/';
const failure = new TypeError('fetch failed');
const failing: FetchFunction = () => Promise.reject(failure);
const timeout = (cause?: unknown) => Object.assign(new Error('late', { cause }), { name: 'TimeoutError' });

function attemptOf(fetch: FetchFunction, options: RetryOptions = {}, limits: Partial<KyAttemptOptions> = {}) {
  const request = new Request(URL_GIVEN, { method: 'PUT' });
  const operation = new Operation(policyFrom(createRetryPolicy(options, new VirtualClock())), request);
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
