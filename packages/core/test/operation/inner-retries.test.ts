import { expect, test } from 'vitest';
import { Operation } from '../../src/operation/operation.ts';
import { policyFrom } from '../../src/operation/policy.ts';
import { request, response } from '../support/situations.ts';

test.each([
  [425, undefined, 'stop', 'maybe-applied'],
  [425, 'possible', 'stop', 'maybe-applied'],
  [425, 'none', 'retry', 'not-applied'],
  [422, 'none', 'stop', 'not-applied'],
] as const)('a POST answered %i, with innerRetries %s: %s, %s', (status, innerRetries, action, effect) => {
  const operation = new Operation(policyFrom(innerRetries && { innerRetries }), request('POST'));
  const outcome = { ...response(status), unseenCopies: true };
  const end = { aborted: false, bodyUsed: false };
  operation.begin();

  expect(operation.wouldRetry(outcome, end)).toBe(action === 'retry');
  expect(operation.judge(outcome, end)).toMatchObject({ action });
  expect(operation.report()).toMatchObject({ effect });
});
