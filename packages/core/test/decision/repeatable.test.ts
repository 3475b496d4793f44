import { describe, expect, test } from 'vitest';
import { judgeRepeat, repeatabilityOf } from '../../src/decision/repeatable.ts';
import { type Rule, ruleFor } from '../../src/decision/rules.ts';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { failure, request, response, settingsWith, situationWith } from '../support/situations.ts';

const key = { scheme: customKeyScheme({ header: 'Idempotency-Key' }), value: 'order-7' };
const conditional = { 'if-match': '"v1"' };

interface Case {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly idempotent?: boolean;
  readonly rules?: readonly Rule[];
  readonly keyed?: boolean;
  readonly reason: string;
}

const ALLOWED: readonly Case[] = [
  { method: 'GET', reason: 'safe-method' },
  { method: 'DELETE', reason: 'idempotent-method' },
  { method: 'POST', keyed: true, reason: 'idempotency-key' },
  { method: 'PATCH', headers: conditional, reason: 'precondition' },
  { method: 'PUT', keyed: true, headers: conditional, reason: 'idempotent-method' },
  { method: 'PATCH', keyed: true, headers: conditional, reason: 'idempotency-key' },
  { method: 'POST', idempotent: true, reason: 'declared-repeatable' },
  { method: 'POST', rules: [{ repeat: 'always' }], reason: 'declared-repeatable' },
  { method: 'PUT', rules: [{ repeat: 'with-precondition' }], headers: conditional, reason: 'precondition' },
  { method: 'POST', rules: [{ precondition: () => true }], reason: 'precondition' },
  {
    method: 'POST',
    rules: [{ repeat: 'with-precondition', precondition: ({ url }) => url.includes('orders') }],
    reason: 'precondition',
  },
  // The word on one request beats the rules.
  { method: 'POST', idempotent: true, rules: [{ repeat: 'never' }], reason: 'declared-repeatable' },
  { method: 'GET', rules: [{ method: 'POST', repeat: 'never' }], reason: 'safe-method' },
];

const FORBIDDEN: readonly Case[] = [
  { method: 'POST', reason: 'not-repeatable' },
  { method: 'LOCK', reason: 'not-repeatable' },
  { method: 'BREW', reason: 'not-repeatable' },
  { method: 'GET', idempotent: false, reason: 'declared-not-repeatable' },
  { method: 'GET', rules: [{ repeat: 'never' }], reason: 'declared-not-repeatable' },
  { method: 'PUT', rules: [{ repeat: 'with-precondition' }], reason: 'precondition-missing' },
  { method: 'POST', keyed: true, rules: [{ repeat: 'never' }], reason: 'declared-not-repeatable' },
  { method: 'POST', keyed: true, rules: [{ repeat: 'with-precondition' }], reason: 'precondition-missing' },
  { method: 'POST', keyed: true, idempotent: false, reason: 'declared-not-repeatable' },
  { method: 'PATCH', headers: conditional, rules: [{ precondition: () => false }], reason: 'not-repeatable' },
  { method: 'POST', idempotent: false, rules: [{ repeat: 'always' }], reason: 'declared-not-repeatable' },
];

const judge = ({ method, headers, idempotent, rules = [], keyed }: Case) => {
  const traits = request(method, headers);
  return repeatabilityOf({ traits, idempotent, key: keyed ? key : undefined, rule: ruleFor(traits, rules) });
};

test.each(ALLOWED)('repeatable: %j', ({ reason, ...given }) => {
  expect(judge({ reason, ...given })).toEqual({ repeatable: true, reason });
});

test.each(FORBIDDEN)('not repeatable: %j', ({ reason, ...given }) => {
  expect(judge({ reason, ...given })).toEqual({ repeatable: false, reason });
});

describe('proof', () => {
  const post = { traits: request('POST') };
  test.each([
    ['never-sent', failure('never-sent'), 'never-sent'],
    ['a refused stream', failure('refused'), 'refused'],
    ['421', response(421), 'refused'],
    ['425', response(425), 'refused'],
  ])('%s lets a POST be repeated', (_, outcome, reason) => {
    expect(judgeRepeat(situationWith({ ...post, outcome }), settingsWith())).toEqual({ repeatable: true, reason });
  });

  test.each([
    ['never-sent', failure('never-sent')],
    ['425', response(425)],
  ])('%s proves nothing about an earlier copy in doubt', (_, outcome) => {
    expect(judgeRepeat(situationWith({ ...post, outcome, doubtful: true }), settingsWith())).toEqual({
      repeatable: false,
      reason: 'not-repeatable',
    });
  });

  test.each([
    ['a failure of unknown delivery', failure('unknown')],
    ['503', response(503)],
    ['429', response(429)],
  ])('%s proves nothing', (_, outcome) => {
    expect(judgeRepeat(situationWith({ ...post, outcome }), settingsWith()).repeatable).toBe(false);
  });

  test('a declared refused status is proof, even if repeats are forbidden', () => {
    const context = situationWith({ ...post, outcome: response(503), idempotent: false });
    expect(judgeRepeat(context, settingsWith({ refusedStatuses: [503] }))).toEqual({
      repeatable: true,
      reason: 'refused',
    });
  });
});
