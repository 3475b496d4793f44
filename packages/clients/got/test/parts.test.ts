import { expect, test } from 'vitest';
import { bodyJudged } from '../src/body-judged.ts';
import { endLate } from '../src/end-without.ts';
import { ErrorInHand } from '../src/error-in-hand.ts';
import { KeyOrigin } from '../src/key-origin.ts';
import { traitsOf } from '../src/traits.ts';
import { operationOf, sentOptions } from './support.ts';

const failure = { type: 'failure', kind: 'network', delivery: 'unknown', error: undefined } as const;

test.each([
  ['no response', undefined, 5, undefined],
  ['the response of a stream', {}, 5, undefined],
  ['a response that is short enough', { rawBody: Buffer.from('short') }, 5, 'short'],
  ['a response that is too long', { rawBody: Buffer.from('short') }, 4, undefined],
])('the text of %s', async (_, response, maxBytes, text) => {
  let read: unknown = 'nothing';
  const readBody = async (_outcome: unknown, look: (maxBytes: number) => Promise<unknown>) => {
    read = await look(maxBytes);
  };

  await bodyJudged({ readBody } as never, failure, response as never, undefined);

  expect(read).toBe(text);
});

test.each([
  ['the error in hand', new Error('lost'), 'lost'],
  ['an error of its own', undefined, 'The time in which the server knows the idempotency key is over'],
])('a call that ends late has %s', (_, inHand, message) => {
  const { operation } = operationOf();

  expect(endLate(operation, inHand)).toMatchObject({ message });
  expect(operation.decision).toEqual({ action: 'stop', reason: 'key-window-over' });
});

test('the latest error is the one without a response, if the last attempt had none', () => {
  const errors = new ErrorInHand();
  const answered = Object.assign(new Error('answered'), { name: 'HTTPError' }) as never;
  const failed = new Error('failed') as never;

  errors.see({ type: 'response', status: 503, headers: { get: () => null } } as never, answered, true);
  expect(errors.latest).toBe(answered);

  errors.see(failure, failed, true);
  expect(errors.latest).toBe(failed);
});

test('an attempt without a URL is not on the origin of the key', () => {
  const { operation } = operationOf({}, 'POST');
  const origin = new KeyOrigin(operation);

  origin.guard(sentOptions());
  expect(origin.left).toBe(false);

  origin.guard(sentOptions({ url: undefined }));
  expect(origin.left).toBe(true);
});

test('what a policy reads of a request', () => {
  const { method, url, headers } = traitsOf(sentOptions({ url: undefined, headers: { 'x-mark': 'one' } }));

  expect([method, url, headers.get('X-Mark')]).toEqual(['POST', '', 'one']);
});
