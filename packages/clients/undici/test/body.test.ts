import { Readable } from 'node:stream';
import type { Operation } from '@twicesafe/core/adapter';
import { expect, test } from 'vitest';
import { undiciBody } from '../src/body.ts';

const operation = { mayRepeat: false, settings: { bufferRequestBytes: 0 } } as Operation;

test.each<[name: string, body: unknown]>([
  ['none', undefined],
  ['text', 'order'],
  ['a Blob', new Blob(['order'])],
  ['bytes', Buffer.from('order')],
])('%s is the same on every attempt, and never used up', (_, given) => {
  const body = undiciBody(operation, given, undefined);

  expect([body.next(), body.next(), body.content()]).toEqual([given, given, given]);
  expect([body.mayHaveFailed, body.used(false), body.used(true)]).toEqual([false, false, false]);
});

test('a body that is made for every attempt is never used up, and cannot be read', () => {
  let made = 0;
  const body = undiciBody(operation, null, () => `order ${++made}`);

  expect([body.next(), body.next(), body.content()]).toEqual(['order 1', 'order 2', undefined]);
  expect([body.mayHaveFailed, body.used(true)]).toEqual([true, false]);
});

test('a stream may have failed, and is used up, once it was read', () => {
  const stream = Readable.from(['order']);
  const body = undiciBody(operation, stream, undefined);
  const before = [body.mayHaveFailed, body.used(false), body.used(true)];

  stream.destroy();

  expect(before).toEqual([false, false, true]);
  expect([body.mayHaveFailed, body.used(false)]).toEqual([true, true]);
  expect([body.next(), body.content()]).toEqual([stream, undefined]);
});
