import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../src/decision/outcome.ts';
import { finalReason } from '../../src/decision/transient.ts';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { failure, response, settingsWith, situationWith } from '../support/situations.ts';

const TRANSIENT = [408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530];
const reasonOf = (context: Parameters<typeof situationWith>[0], options = {}) =>
  finalReason(situationWith(context), settingsWith(options));

test('of all statuses exactly these are transient; 2xx are successes, all others final', () => {
  for (let status = 200; status <= 599; status++) {
    const expected = TRANSIENT.includes(status) ? undefined : status < 300 ? 'succeeded' : 'final-status';
    expect([status, reasonOf({ outcome: response(status) })]).toEqual([status, expected]);
  }
});

test('an opaque response (status 0) is final', () => {
  expect(reasonOf({ outcome: { type: 'response', status: 0, headers: new Headers() } })).toBe('final-status');
});

test.each<[FailureKind, string | undefined]>([
  ['network', undefined],
  ['attempt-timeout', undefined],
  ['truncated-body', undefined],
  ['certificate', 'certificate-error'],
  ['permanent', 'permanent-failure'],
  ['programmer-error', 'programmer-error'],
  ['caller-abort', 'aborted'],
  ['deadline', 'deadline-over'],
])('a failure of kind %s: %s', (kind, reason) => {
  expect(reasonOf({ outcome: failure('unknown', kind) })).toBe(reason);
});

test('rejects an unknown kind as a programming error', () => {
  expect(() => reasonOf({ outcome: failure('unknown', 'new' as FailureKind) })).toThrow('unreachable: new');
});

describe('what makes a status transient', () => {
  const scheme = customKeyScheme({
    header: 'Idempotency-Key',
    inFlightStatuses: [409],
    replayHeader: 'Idempotent-Replayed',
  });
  const key = { scheme, value: 'order-7' };

  test.each([
    [
      '403 with a time, as GitHub has it',
      { outcome: response(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' }) },
      {},
    ],
    ['413 with a time', { outcome: response(413, { 'retry-after': '1' }) }, {}],
    ['a status that a rule names, also a success', { outcome: response(200), rule: { transientStatuses: [200] } }, {}],
    ['a refused status', { outcome: response(418) }, { refusedStatuses: [418] }],
    ['409 while our key is in flight', { outcome: response(409), key }, {}],
    ["the server's word", { outcome: response(400, { 'x-should-retry': 'true' }) }, {}],
  ])('%s', (_, context, options) => expect(reasonOf(context, options)).toBeUndefined());

  test.each([
    [
      '403 without a time',
      { outcome: response(403, { 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': '30' }) },
      {},
      'final-status',
    ],
    ['413 without a time', { outcome: response(413) }, {}, 'final-status'],
    ['409 without a key', { outcome: response(409) }, {}, 'final-status'],
    [
      'a status that the rule does not name',
      { outcome: response(404), rule: { transientStatuses: [403] } },
      {},
      'final-status',
    ],
    ['a rule without statuses', { outcome: response(404), rule: {} }, {}, 'final-status'],
    [
      'a status that the rule calls final',
      { outcome: response(503), rule: { notTransient: [503] } },
      {},
      'declared-final',
    ],
    ['a success that the rule calls final', { outcome: response(200), rule: { notTransient: [200] } }, {}, 'succeeded'],
    ['a replayed 400', { outcome: response(400, { 'idempotent-replayed': 'true' }), key }, {}, 'replayed-failure'],
    ['404 with a time', { outcome: response(404, { 'retry-after': '1' }) }, {}, 'final-status'],
    ['401 with a time', { outcome: response(401, { 'retry-after': '1' }) }, {}, 'final-status'],
    ['301 with a time', { outcome: response(301, { 'retry-after': '1' }) }, {}, 'final-status'],
    ['202 with a time', { outcome: response(202, { 'retry-after': '1' }) }, {}, 'succeeded'],
    ["the server's word on a success", { outcome: response(200, { 'x-should-retry': 'true' }) }, {}, 'succeeded'],
    ['a second 421', { outcome: response(421), misdirected: true }, {}, 'misdirected-again'],
    ['a replayed failure', { outcome: response(500, { 'idempotent-replayed': 'true' }), key }, {}, 'replayed-failure'],
    ['a replayed success', { outcome: response(200, { 'idempotent-replayed': 'true' }), key }, {}, 'succeeded'],
  ])('not %s', (_, context, options, reason) => expect(reasonOf(context, options)).toBe(reason));

  test('ignores a replay mark without a sent key', () => {
    expect(reasonOf({ outcome: response(500, { 'idempotent-replayed': 'true' }) })).toBeUndefined();
  });
});
