import { mayBeNested } from '@twicesafe/core/adapter';
import { expect, test } from 'vitest';
import { retry } from '../src/index.ts';
import { recordedHandler } from './recording.ts';

// Alone in this file, because it is about a process with one wrapped client.
test('the sends of an only client need no context, which would cost time', () => {
  const nested: boolean[] = [];
  const dispatch = retry()(() => {
    nested.push(mayBeNested());
    return true;
  });

  dispatch({ origin: 'http://a.test', path: '/', method: 'PUT' }, recordedHandler().handler);

  expect(nested).toEqual([false]);
});
