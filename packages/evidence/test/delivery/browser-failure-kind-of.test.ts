import { expect, test } from 'vitest';
import { failureKindOf } from '../../src/browser.ts';

const throwing = (member: string): object =>
  Object.defineProperty(new TypeError('Invalid URL'), member, {
    get() {
      throw new Error('no');
    },
  });

test.each<[string, string, unknown]>([
  ['programmer-error', 'a TypeError about the URL', new TypeError("Failed to execute 'fetch' on 'Window': x")],
  ['network', 'a TypeError about the network', new TypeError('Failed to fetch')],
  ['network', 'another error in the same words', new Error('Invalid URL')],
  ['network', 'a record in the same words', { name: 'TypeError', message: 'Invalid URL' }],
  ['network', 'a message that throws', throwing('message')],
  ['network', 'nothing', undefined],
  ['network', 'a 503 that a wrapped client threw', Object.assign(new Error('HTTP'), { status: 503 })],
  ['permanent', 'a 404 that a wrapped client threw', Object.assign(new Error('HTTP'), { status: 404 })],
  ['permanent', 'a 404 in a TypeError', Object.assign(new TypeError('Invalid URL'), { status: 404 })],
])('in a browser, %s: %s', (kind, _, error) => {
  expect(failureKindOf(error)).toBe(kind);
});
