import { describe, expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import { request } from '../support/situations.ts';
import { stage } from '../support/stage.ts';

describe('of all requests that were sent, the one that permits least is judged', () => {
  test.each<[string, string, string]>([
    ['GET', 'POST', 'POST'],
    ['POST', 'GET', 'POST'],
    ['GET', 'PUT', 'PUT'],
    ['PUT', 'GET', 'PUT'],
    ['PUT', 'POST', 'POST'],
    ['POST', 'PATCH', 'POST'],
    ['GET', 'HEAD', 'GET'],
  ])('%s replaced by %s: %s', (first, second, judged) => {
    const { operation } = stage([], { method: first });

    operation.replaceRequest(request(second), undefined);

    expect(operation.traits.method).toBe(judged);
  });
});

test('a permission that was lost does not come back', () => {
  const { operation } = stage([], { method: 'GET' });

  operation.replaceRequest(request('POST'), undefined);
  operation.replaceRequest(request('GET'), undefined);

  expect(operation.traits.method).toBe('POST');
  expect(operation.repeatable).toBe(false);
  const outcome = { type: 'response', status: 503, headers: new Headers() } as const;
  expect(operation.judge(outcome, { aborted: false, bodyUsed: false }).reason).toBe('not-repeatable');
});

test.each([
  ['a precondition', 'nothing', { 'if-match': '"a"' }, {}],
  ['nothing', 'a precondition', {}, { 'if-match': '"a"' }],
])('%s replaced by %s: when the key is lost, so is the permission', (_first, _second, first, second) => {
  const idempotencyKey = customKeyScheme({ header: 'Idempotency-Key' });
  const { operation } = stage([], { method: 'PATCH', headers: first, options: { idempotencyKey } });

  operation.replaceRequest(request('PATCH', second as Record<string, string>), undefined);

  const outcome = { type: 'response', status: 500, headers: new Headers() } as const;
  const end = { aborted: false, bodyUsed: false };
  expect(operation.wouldRetry(outcome, end)).toBe(true);
  expect(operation.judge(outcome, { ...end, keyRemoved: true }).reason).toBe('not-repeatable');
});

test("the caller's options and the key stay in force", () => {
  const scheme = customKeyScheme({ header: 'Idempotency-Key' });
  const word = stage([], { method: 'GET', request: { idempotent: true } }).operation;
  const keyed = stage([], { method: 'POST', options: { idempotencyKey: scheme } }).operation;
  const before = keyed.report().idempotencyKey;

  word.replaceRequest(request('POST'), undefined);
  keyed.replaceRequest(request('PATCH'), undefined);

  expect([word.repeatable, keyed.repeatable]).toEqual([true, true]);
  expect(keyed.report().idempotencyKey).toBe(before);
});

test.each<[string, RetryOptions]>([
  ['forbids', { rules: [{ url: /replaced/, repeat: 'never' }] }],
  [
    'cannot be evaluated',
    {
      rules: [
        {
          url: {
            test: (url) => {
              if (url.includes('replaced')) throw new Error('no');
              return false;
            },
          },
        },
      ],
    },
  ],
  [
    'has a precondition that throws',
    {
      rules: [
        {
          url: /replaced/,
          repeat: 'with-precondition',
          precondition: () => {
            throw new Error('no');
          },
        },
      ],
    },
  ],
])('a rule for the new request that %s permits nothing', (_, options) => {
  const { operation } = stage([], { method: 'PUT', options });
  expect(operation.repeatable).toBe(true);

  operation.replaceRequest(request('PUT', {}, 'http://origin.test/replaced'), undefined);

  expect(operation.repeatable).toBe(false);
});

describe('a key that the caller wrote', () => {
  const headers = { 'idempotency-key': 'by-hand' };
  const idempotencyKey = customKeyScheme({ header: 'Idempotency-Key' });
  const failed = { type: 'failure', kind: 'network', delivery: 'unknown', error: 0 } as const;

  test.each<[string, RetryOptions, boolean]>([
    ['without a scheme', {}, false],
    ['without a scheme, after a failure', {}, true],
    ['with a scheme', { idempotencyKey }, false],
    [
      'with a scheme that ignores it',
      { idempotencyKey: customKeyScheme({ header: 'Idempotency-Key', callerKeys: 'ignore' }) },
      true,
    ],
  ])('is no permission for a request that lacks it: %s', (_, options, fails) => {
    const { operation } = stage([], { method: 'POST', headers, options });
    if (fails) operation.judge(failed, { aborted: false, bodyUsed: false });

    operation.replaceRequest(request('POST'), undefined);

    expect(operation.repeatable).toBe(false);
    expect(operation.report().idempotencyKey).toBeUndefined();
  });

  test.each<[string, RetryOptions]>([
    ['without a scheme', {}],
    ['with a scheme', { idempotencyKey }],
  ])('is one for a request that has it too: %s', (_, options) => {
    const { operation } = stage([], { method: 'POST', headers, options });
    expect([operation.repeatable, operation.report().idempotencyKey]).toEqual([true, 'by-hand']);

    operation.replaceRequest(request('POST', headers), undefined);

    expect(operation.repeatable).toBe(true);
  });
});
