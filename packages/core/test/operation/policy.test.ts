import { VirtualClock } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { Operation } from '../../src/operation/operation.ts';
import { createRetryPolicy, isPolicy, policyFrom, policyOver } from '../../src/operation/policy.ts';
import { reauthorize } from '../../src/operation/reauthorize.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

test('a policy is recognized, also one of another copy of the package', async () => {
  const path = '../../src/operation/policy.ts';
  const copy = (await import(/* @vite-ignore */ `${path}?copy=2`)) as typeof import('../../src/operation/policy.ts');
  const theirs = copy.createRetryPolicy({ maxAttempts: 7 });

  expect(copy.createRetryPolicy).not.toBe(createRetryPolicy);
  expect([isPolicy(theirs), isPolicy(createRetryPolicy())]).toEqual([true, true]);
  expect(policyFrom(theirs)).toBe(theirs);
});

test.each([undefined, null, {}, 'policy', { settings: {}, clock: {} }])('%j is no policy', (value) => {
  expect(isPolicy(value)).toBe(false);
});

test('options instead of a policy make one, with the clock of the machine', () => {
  expect(policyFrom({ maxAttempts: 7 }).settings.maxAttempts).toBe(7);
  expect(policyFrom(undefined).settings.maxAttempts).toBe(3);
  expect(() => policyFrom({ maxAttempt: 7 } as RetryOptions)).toThrow('options has no member "maxAttempt"');
  expect(Math.abs(policyFrom(undefined).clock.epochMs() - Date.now())).toBeLessThan(1000);
});

const scheme = customKeyScheme({ header: 'Inner-Key' });
const outerScheme = customKeyScheme({ header: 'Outer-Key' });
const search = 'http://origin.test/search';
const conditional = { 'if-match': '"v1"' };

/** An operation of a client that was wrapped twice. */
function nested(
  inner: RetryOptions,
  outer: RetryOptions,
  [method, url, headers = {}]: Of,
  options?: RequestRetryOptions,
): Operation {
  return new Operation(policyOver(policyWith(outer), policyWith(inner)), request(method, headers, url), options);
}

type Of = readonly [method: string, url?: string | undefined, headers?: Record<string, string>];

describe('what either policy forbids is forbidden', () => {
  test.each<[string, RetryOptions, RetryOptions, Of, boolean]>([
    ['nothing is said', {}, {}, ['PUT'], true],
    ['the inner one forbids', { rules: [{ repeat: 'never' }] }, {}, ['PUT'], false],
    ['the outer one forbids', {}, { rules: [{ repeat: 'never' }] }, ['PUT'], false],
    [
      'the inner one forbids what the outer one permits',
      { rules: [{ repeat: 'never' }] },
      { rules: [{ repeat: 'always' }] },
      ['POST'],
      false,
    ],
    [
      'the outer one forbids what the inner one permits',
      { rules: [{ repeat: 'always' }] },
      { rules: [{ repeat: 'never' }] },
      ['POST'],
      false,
    ],
    ['the inner one permits, and the outer one says nothing', { rules: [{ repeat: 'always' }] }, {}, ['POST'], false],
    ['the outer one permits, and the inner one says nothing', {}, { rules: [{ repeat: 'always' }] }, ['POST'], true],
    [
      'the inner one wants a precondition, and there is none',
      { rules: [{ repeat: 'with-precondition' }] },
      { rules: [{ repeat: 'always' }] },
      ['PUT'],
      false,
    ],
    [
      'the inner one wants a precondition, and there is one',
      { rules: [{ repeat: 'with-precondition' }] },
      {},
      ['PATCH', undefined, conditional],
      true,
    ],
    [
      'the inner one wants a precondition, and the outer one forbids',
      { rules: [{ repeat: 'with-precondition' }] },
      { rules: [{ repeat: 'never' }] },
      ['PUT', undefined, conditional],
      false,
    ],
    [
      'both want a precondition, and only one of them holds',
      { rules: [{ repeat: 'with-precondition' }] },
      { rules: [{ repeat: 'with-precondition', precondition: () => false }] },
      ['PUT', undefined, conditional],
      false,
    ],
    [
      'both want a precondition, and both hold',
      { rules: [{ repeat: 'with-precondition' }] },
      { rules: [{ repeat: 'with-precondition', precondition: () => true }] },
      ['PUT', undefined, conditional],
      true,
    ],
    [
      'the outer one wants a precondition, and the inner one forbids',
      { rules: [{ repeat: 'never' }] },
      { rules: [{ repeat: 'with-precondition' }] },
      ['PUT', undefined, conditional],
      false,
    ],
    [
      'the inner one forbids other requests',
      { rules: [{ url: /pay/, repeat: 'never' }] },
      { rules: [{ url: /search/, repeat: 'always' }] },
      ['POST', search],
      true,
    ],
    [
      'the inner one forbids with an exception, and this is one',
      { rules: [{ url: /search/, repeat: 'always' }, { repeat: 'never' }] },
      { rules: [{ repeat: 'always' }] },
      ['POST', search],
      true,
    ],
  ])('%s', (_, inner, outer, of, repeatable) => {
    expect(nested(inner, outer, of).repeatable).toBe(repeatable);
  });
});

test('a client that was wrapped three times obeys all three', () => {
  const [first, second, third] = [policyWith({ rules: [{ repeat: 'never' }] }), policyWith(), policyWith()];
  const policy = policyOver(third, policyOver(second, first));

  expect(new Operation(policy, request('PUT')).repeatable).toBe(false);
});

test('either policy can make an outcome final', () => {
  const inner = policyWith({ rules: [{ notTransient: [503] }] });
  const outcome = { type: 'response', status: 503, headers: new Headers() } as const;
  const alone = new Operation(policyOver(policyWith(), inner), request('GET'));
  expect(alone.judge(outcome, { aborted: false, bodyUsed: false }).reason).toBe('declared-final');
  const outer = policyWith({ rules: [{ notTransient: [502], transientStatuses: [404] }] });
  const reasons = [502, 503, 404].map((status) => {
    const operation = new Operation(policyOver(outer, inner), request('GET'));
    return operation.judge({ type: 'response', status, headers: new Headers() }, { aborted: false, bodyUsed: false })
      .reason;
  });

  expect(reasons).toEqual(['declared-final', 'declared-final', 'safe-method']);
});

test.each<[string, RetryOptions, RetryOptions, string]>([
  ['neither', { shouldRetry: () => true }, { shouldRetry: () => true }, 'safe-method'],
  ['the inner one', { shouldRetry: () => false }, { shouldRetry: () => true }, 'caller-veto'],
  ['the inner one, beside none', { shouldRetry: () => false }, {}, 'caller-veto'],
  ['the outer one', { shouldRetry: () => true }, { shouldRetry: () => false }, 'caller-veto'],
  ['the outer one, beside none', {}, { shouldRetry: () => false }, 'caller-veto'],
  ['nonsense', { shouldRetry: () => true }, { shouldRetry: (() => 1) as unknown as () => boolean }, 'callback-failed'],
])('a veto of either policy counts: %s', (_, inner, outer, reason) => {
  const operation = nested(inner, outer, ['GET']);
  const outcome = { type: 'response', status: 503, headers: new Headers() } as const;

  expect(operation.judge(outcome, { aborted: false, bodyUsed: false }).reason).toBe(reason);
});

test.each<[RetryOptions, RetryOptions]>([
  [{ idempotencyKey: scheme }, { attemptHeader: 'inner-key' }],
  [{ rules: [{ idempotencyKey: scheme }] }, { timeLeftHeader: 'INNER-KEY' }],
])("an outer policy's header can't overwrite the inner key: %j, %j", (inner, outer) => {
  expect(() => policyOver(policyWith(outer), policyWith(inner))).toThrow('the header that carries the idempotency key');
  expect(() => policyOver(policyWith(outer), policyOver(policyWith(), policyWith(inner)))).toThrow(RangeError);
});

describe('where the outer policy says nothing, the inner one counts', () => {
  const headersOf = (inner: RetryOptions, outer: RetryOptions) =>
    nested(inner, outer, ['POST']).keyHeaders.map(([name]) => name);

  test.each<[string, RetryOptions, RetryOptions, readonly string[]]>([
    ['no scheme', {}, {}, []],
    ["the inner policy's", { idempotencyKey: scheme }, {}, ['Inner-Key']],
    ["the outer policy's", { idempotencyKey: scheme }, { idempotencyKey: outerScheme }, ['Outer-Key']],
    ["the outer policy's", { rules: [{ idempotencyKey: scheme }] }, { idempotencyKey: outerScheme }, ['Outer-Key']],
    [
      "an inner rule's",
      { idempotencyKey: outerScheme, rules: [{ idempotencyKey: scheme }] },
      { rules: [{ transientStatuses: [403] }] },
      ['Inner-Key'],
    ],
    ["an inner rule's", { rules: [{ idempotencyKey: scheme }] }, {}, ['Inner-Key']],
    ["an inner rule's that forbids", { rules: [{ idempotencyKey: scheme, repeat: 'never' }] }, {}, ['Inner-Key']],
    [
      "an outer rule's",
      { rules: [{ idempotencyKey: scheme }] },
      { rules: [{ idempotencyKey: outerScheme }] },
      ['Outer-Key'],
    ],
  ])('%s key is sent', (_, inner, outer, names) => {
    expect(headersOf(inner, outer)).toEqual(names);
  });

  test('its reauthorize brings the credential', () => {
    const bringing = (token: string) =>
      reauthorize({ origins: ['http://origin.test'], credential: () => token, refresh() {} });
    const sent = (inner: RetryOptions, outer: RetryOptions) => nested(inner, outer, ['GET']).privateHeaders;

    expect(sent({}, {})).toEqual([]);
    expect(sent({ reauthorize: bringing('inner') }, {})).toEqual([['authorization', 'Bearer inner']]);
    expect(sent({}, { reauthorize: bringing('outer') })).toEqual([['authorization', 'Bearer outer']]);
    expect(sent({ reauthorize: bringing('inner') }, { reauthorize: bringing('outer') })).toEqual([
      ['authorization', 'Bearer outer'],
    ]);
  });

  test('its confirm is asked', () => {
    const [mine, theirs] = [() => 'applied' as const, () => 'unknown' as const];

    expect(policyOver(policyWith(), policyWith({ confirm: theirs })).settings.confirm).toBe(theirs);
    expect(policyOver(policyWith({ confirm: mine }), policyWith({ confirm: theirs })).settings.confirm).toBe(mine);
  });
});

test("everything else is the outer policy's, its budgets and gates too", () => {
  const clock = new VirtualClock();
  const outer = policyWith({ maxAttempts: 7 }, clock);
  const policy = policyOver(outer, policyWith({ maxAttempts: 2, deadlineMs: 5 }));

  expect(policy.settings).toMatchObject({ maxAttempts: 7, deadlineMs: undefined });
  expect(policy.settings.rules).toEqual([]);
  expect(policy.clock).toBe(clock);
  expect(policy.pacing).toBe(outer.pacing);
  expect(policy.outerRetries).toBe(outer.outerRetries);
  outer.reset();
  expect(policy.pacing).toBe(outer.pacing);
  expect(policy.outerRetries).toBe(outer.outerRetries);
  expect(isPolicy(policy)).toBe(true);
});

test('a policy over none, or over itself, is itself', () => {
  const policy = policyWith();

  expect(policyOver(policy, undefined)).toBe(policy);
  expect(policyOver(policy, policy)).toBe(policy);
});
