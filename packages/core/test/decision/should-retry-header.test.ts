import { expect, test } from 'vitest';
import { shouldRetryHeader } from '../../src/decision/should-retry-header.ts';
import { failure, response } from '../support/situations.ts';

test.each([
  [{ 'x-should-retry': 'false' }, 'stop'],
  [{ 'x-should-retry': ' FALSE ' }, 'stop'],
  [{ 'stripe-should-retry': 'false' }, 'stop'],
  [{ 'x-should-retry': 'true' }, 'retry'],
  [{ 'stripe-should-retry': 'true' }, 'retry'],
  [{ 'x-should-retry': 'true', 'stripe-should-retry': 'false' }, 'stop'],
  [{ 'x-should-retry': 'maybe' }, undefined],
  [{ 'x-should-retry': '' }, undefined],
  [{}, undefined],
])('%j says %s', (headers, order) => {
  expect(shouldRetryHeader(response(503, headers as Record<string, string>))).toBe(order);
});

test('a failure has no header fields, and so no order', () => {
  expect(shouldRetryHeader(failure('unknown'))).toBeUndefined();
});
