import { expect, test } from 'vitest';
import { declaredRepeatable } from '../../src/operation/declared-repeatable.ts';
import { withRetry } from '../../src/operation/with-retry.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

const throwing: RetryOptions = {
  rules: [
    {
      url: {
        test() {
          throw new Error('no');
        },
      },
    },
  ],
};

test.each<[string, RetryOptions, RequestRetryOptions | undefined, RequestRetryOptions | undefined]>([
  ['is repeatable', {}, undefined, { idempotent: true }],
  ["is repeatable beside the caller's other options", {}, { maxAttempts: 5 }, { maxAttempts: 5, idempotent: true }],
  ['is repeatable under a rule about other things', { rules: [{ attemptTimeoutMs: 9 }] }, {}, { idempotent: true }],
  ['is what the caller says', {}, { idempotent: false }, { idempotent: false }],
  ['is what a rule says', { rules: [{ repeat: 'never' }] }, { maxAttempts: 5 }, { maxAttempts: 5 }],
  ['is not repeatable if a rule throws', throwing, undefined, undefined],
])('a request that a schema calls repeatable %s', (_, options, own, expected) => {
  expect(declaredRepeatable(policyWith(options), request('POST'), own, 'order')).toEqual(expected);
});

test('a request that a schema calls repeatable is what withRetry says', () => {
  const options = withRetry({ idempotent: false }, () =>
    declaredRepeatable(policyWith(), request('POST'), undefined, 'order'),
  );

  expect(options?.idempotent).toBeUndefined();
});
