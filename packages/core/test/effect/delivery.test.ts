import { expect, test } from 'vitest';
import { deliveryOfOutcome } from '../../src/effect/outcome-delivery.ts';
import { failure, redirected, response } from '../support/situations.ts';

const settings = { refusedStatuses: [421, 425] };

test.each(['never-sent', 'refused', 'unknown'] as const)(
  'a failure has the delivery that the adapter proved: %s',
  (delivery) => {
    expect(deliveryOfOutcome(failure(delivery), settings)).toBe(delivery);
  },
);

test.each([
  [200, 'answered'],
  [421, 'refused'],
  [425, 'refused'],
  [429, 'answered'],
  [503, 'answered'],
])('%i is %s', (status, delivery) => {
  expect(deliveryOfOutcome(response(status), settings)).toBe(delivery);
});

test.each([421, 425])("%i from a redirect's target says nothing about the request before it", (status) => {
  expect(deliveryOfOutcome(redirected(status, { sameMethod: true }), settings)).toBe('answered');
});

test.each([421, 425])('%i says nothing about copies of the request that nothing showed', (status) => {
  expect(deliveryOfOutcome({ ...response(status), unseenCopies: true }, settings)).toBe('answered');
  expect(deliveryOfOutcome({ ...response(status), unseenCopies: false }, settings)).toBe('refused');
});
