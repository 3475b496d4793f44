import { policyFrom } from '@twicesafe/core/adapter';
import type { FetchFunction } from '@twicesafe/evidence';
import type { Options } from 'ky';
import { expect, test } from 'vitest';
import { follow } from '../src/follow.ts';
import { createRetryPolicy, keys, withRetry } from '../src/index.ts';
import { KyCall } from '../src/ky-call.ts';
import type { KyRetryOptions } from '../src/options.ts';
import { stageFor } from './support.ts';

const URL_GIVEN = 'http://127.0.0.1/';

function callOf(fetch: FetchFunction, retry: KyRetryOptions = {}, options: Options = {}): KyCall {
  const policy = policyFrom(createRetryPolicy({ backoff: () => 1 }));
  return new KyCall(policy, { fetch, input: URL_GIVEN, options, retry, copies: true, requestOptions: {} });
}

test('a retry that was judged while its permission was asked for does not follow', async () => {
  const asked = Promise.withResolvers<boolean>();
  const failure = new TypeError('fetch failed');
  const call = callOf(() => Promise.reject(failure), { shouldRetry: () => asked.promise });
  const request = new Request(URL_GIVEN);
  call.start(request);
  await call.send(request, {}).catch(() => {});

  const answer = call.shouldRetry({ error: failure, retryCount: 1 });
  await new Promise(setImmediate);
  call.selectError(failure);
  asked.resolve(true);

  expect(await answer).toBe(false);
});

test('a carried key belongs to the first body only', async () => {
  await using stage = await stageFor({}, { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) });
  const bodies = ['one', 'one', 'two'];

  await withRetry({ idempotencyKey: 'order-7' }, async () => {
    for (const body of bodies) await stage.api.post('orders', { body });
  });

  const carried = stage.origin.requests.map(({ headers }) => headers['idempotency-key'] === 'order-7');
  expect(carried).toEqual([true, true, false]);
});

test("without a call to follow, the promise is ky's own", () => {
  const result = Promise.resolve();

  expect(follow(result, undefined)).toBe(result);
});
