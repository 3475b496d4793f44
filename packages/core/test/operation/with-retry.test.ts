import { expect, test } from 'vitest';
import { declaredRepeatable } from '../../src/operation/declared-repeatable.ts';
import { openOperation } from '../../src/operation/open-operation.ts';
import { withRetry } from '../../src/operation/with-retry.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

const policy = policyWith();
const orders = 'http://origin.test/orders';

/** What a request carries: its key, and how many attempts it may make. */
function carried(method: string, body?: unknown, url = orders, own?: RequestRetryOptions) {
  const { keyHeaders, settings } = openOperation(policy, request(method, {}, url), own, body);
  return [keyHeaders[0]?.[1], settings.maxAttempts];
}

test('its options apply to all requests, its key to the first unsafe one', () => {
  const all = withRetry({ idempotencyKey: 'order-7', maxAttempts: 5 }, () => [
    carried('GET'),
    carried('POST', 'order'),
    carried('POST', 'other'),
    carried('PUT', 'order'),
    carried('POST', 'order', 'http://origin.test/other'),
    carried('POST', 'order'),
  ]);

  expect(all).toEqual([
    [undefined, 5],
    ['order-7', 5],
    [undefined, 5],
    [undefined, 5],
    [undefined, 5],
    ['order-7', 5],
  ]);
});

test('a body that cannot be compared gets the key once', () => {
  const stream = new ReadableStream();

  const keys = withRetry({ idempotencyKey: 'order-7' }, () => [carried('POST', stream), carried('POST', stream)]);

  expect(keys).toEqual([
    ['order-7', 3],
    [undefined, 3],
  ]);
});

test('a look at the options of a stream leaves it the key', () => {
  const stream = new ReadableStream();
  const traits = request('POST');

  const operation = withRetry({ idempotencyKey: 'order-7' }, () =>
    openOperation(policy, traits, declaredRepeatable(policy, traits, undefined, stream), stream),
  );

  expect(operation.keyHeaders).toEqual([['Idempotency-Key', 'order-7']]);
});

test('without a key its options apply to an unsafe request too', () => {
  expect(withRetry({ maxAttempts: 5 }, () => carried('POST', 'order'))).toEqual([undefined, 5]);
});

test("a request's own options go first", () => {
  const options = { idempotencyKey: 'order-7', maxAttempts: 5 };

  const all = withRetry(options, () => [
    carried('GET', undefined, orders, { maxAttempts: 2 }),
    carried('POST', 'order', orders, { idempotencyKey: 'mine', maxAttempts: 2 }),
    carried('POST', 'other', orders, { maxAttempts: 2 }),
  ]);

  expect(all).toEqual([
    [undefined, 2],
    ['mine', 2],
    [undefined, 2],
  ]);
});

test('options that are not allowed call nothing', () => {
  let called = false;
  const call = () => {
    called = true;
  };

  expect(() => withRetry({ maxAttempts: 0 }, call)).toThrow(RangeError);
  expect(called).toBe(false);
});

test('outside it nothing is carried', () => {
  withRetry({ idempotencyKey: 'order-7' }, () => {});

  expect(carried('POST', 'order')).toEqual([undefined, 3]);
});
