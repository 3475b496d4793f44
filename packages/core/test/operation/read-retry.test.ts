import { expect, test } from 'vitest';
import { readRetry } from '../../src/operation/read-retry.ts';

test('false is one attempt', () => {
  expect(readRetry(false)).toEqual({ maxAttempts: 1 });
});

test.each<[object, readonly string[]]>([
  [{ maxAttempts: 2 }, []],
  [{ idempotent: true, idempotencyKey: 'order-7', deadlineMs: 50, attemptTimeoutMs: 5 }, []],
  [{ earlier: { firstSentAt: 0, attempts: 1 }, confirm: () => 'unknown' }, []],
  [{}, []],
  [{ maxAttempts: 2, body: () => 'x' }, ['body']],
  [{ body: () => 'x' }, ['body']],
])('recognizes an object with our members: %j', (retry, also) => {
  expect(readRetry(retry, also)).toBe(retry);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['ofetch', 2],
  ['ofetch, none', 0],
  ['gaxios', true],
  ['a list', [3]],
  ['a text', 'twice'],
  ['a function', () => 3],
  ['ky', { limit: 2, methods: ['get'], statusCodes: [503], backoffLimit: 100 }],
  ['up-fetch', { attempts: 2, delay: 100, when: () => true }],
  ['better-fetch', { type: 'linear', attempts: 3, delay: 1000 }],
  ['@vercel/fetch-retry', { retries: 3, factor: 2 }],
])('the member of another library is passed over: %s', (_, retry) => {
  expect(readRetry(retry)).toBeUndefined();
});

test.each<[object, string]>([
  [{ maxAttempt: 3 }, 'maxAttempt'],
  [{ attempts: 3 }, 'attempts'],
  [{ idempotant: true }, 'idempotant'],
  [{ IdempotencyKey: 'order-7' }, 'IdempotencyKey'],
  [{ deadline: 100 }, 'deadline'],
  [{ attemptTimeout: 100 }, 'attemptTimeout'],
  [{ maxAttempts: 3, delay: 100 }, 'delay'],
  [{ maxAttempts: 3, attempts: 3 }, 'attempts'],
  [{ body: () => 'x' }, ''],
])('a misspelled option is named: %j', (retry, name) => {
  if (name === '') return expect(readRetry(retry)).toBeUndefined();
  expect(() => readRetry(retry, ['signal'])).toThrow(
    new TypeError(
      `retry has no member "${name}", only idempotent, idempotencyKey, maxAttempts, attemptTimeoutMs, deadlineMs, maxPushbackMs, retryWindowMs, confirm, earlier, signal`,
    ),
  );
});
