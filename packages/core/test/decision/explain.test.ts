import { describe, expect, test } from 'vitest';
import { pageOf } from '../../src/decision/page-of.ts';
import type { Reason, RetryReason, StopReason } from '../../src/decision/reason.ts';
import { DECISION_SENTENCES, EFFECT_SENTENCES } from '../../src/decision/sentences.ts';
import { type AttemptRecord, recordOf } from '../../src/effect/attempt.ts';
import type { EffectReason } from '../../src/effect/effect.ts';
import type { Report } from '../../src/effect/report.ts';
import { explain } from '../../src/operation/explain.ts';
import { failure, redirected, response } from '../support/situations.ts';

const reset = new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });

const first: AttemptRecord = recordOf(
  {
    number: 1,
    startMs: 0,
    durationMs: 12.4,
    outcome: { ...failure('unknown'), error: reset },
    delivery: 'unknown',
    decision: { action: 'retry', reason: 'idempotent-method', waitMs: 1500 },
  },
  false,
);
const second: AttemptRecord = recordOf(
  {
    number: 2,
    startMs: 1512,
    durationMs: 3,
    outcome: response(200),
    delivery: 'answered',
    decision: { action: 'stop', reason: 'succeeded' },
  },
  false,
);
const report: Report = {
  operationId: '1',
  method: 'PUT',
  url: 'http://origin.test/orders/7',
  attempts: [first, second],
  decision: second.decision,
  effect: 'applied',
  effectReason: 'success-response',
  idempotencyKey: undefined,
  elapsedMs: 1515,
};

test('prints one line per attempt', () => {
  expect(explain(report)).toBe(`PUT http://origin.test/orders/7: 2 attempts in 1.5 s
  1. Failure (network: read ECONNRESET) after 12 ms (delivery: unknown). Retry after 1.5 s: the method is idempotent (RFC 9110 section 9.2.2).
  2. Status 200 after 3 ms. Done: the request succeeded.
  Effect: applied, because the server answered with success.
  More: https://twicesafe.github.io/twicesafe/why/idempotent-method`);
});

test('prints the decision of a single attempt once', () => {
  const lines = explain({ ...report, attempts: [{ ...second, startMs: 0 }] }).split('\n');

  expect(lines).toHaveLength(3);
  expect(lines[1]).toBe('  2. Status 200 after 3 ms. Done: the request succeeded.');
});

test.each([
  [999, '999 ms'],
  [1000, '1.0 s'],
])('a wait of %d ms reads %s', (waitMs, words) => {
  expect(explain({ action: 'retry', reason: 'safe-method', waitMs })).toContain(`Retry after ${words}: `);
});

test('names the key, and ends with how the wait ended', () => {
  const aborted = { action: 'stop', reason: 'aborted' } as const;
  const told = explain({ ...report, attempts: [first], decision: aborted, idempotencyKey: 'order-7' });

  expect(told).toContain('PUT http://origin.test/orders/7, idempotency key order-7: 1 attempt in');
  expect(told).toContain('\n  No retry: the caller aborted the request.\n');
});

test.each<[number, string]>([
  [60_000, '60.0 s'],
  [599_999, '600.0 s'],
  [3_600_000, '60 minutes'],
])('says that the server asked for %d ms', (askedMs, words) => {
  expect(explain({ action: 'retry', reason: 'safe-method', waitMs: 1, askedMs })).toContain(
    `Retry after 1 ms (the server asked for ${words}): the method is safe`,
  );
  expect(explain({ action: 'stop', reason: 'pushback-too-long', askedMs })).toContain(
    `No retry: the wait would be longer than maxPushbackMs (the server asked for ${words}).`,
  );
});

test.each(['safe-method', 'protocol-safe'] as const)('%s: there is nothing to apply', (effectReason) => {
  const told = explain({ ...report, effect: 'not-applied', effectReason });

  expect(told).toContain(`\n  Effect: nothing to apply, because ${EFFECT_SENTENCES[effectReason]}.\n`);
});

test.each([
  ['unseen-copies', 'unseen-copies'],
  ['probably-ours-gone', 'probably-ours'],
  ['probably-ours-precondition', 'probably-ours'],
  ['probably-ours-conflict', 'probably-ours'],
] as const)('links the effect %s to its page too', (effectReason, page) => {
  const told = explain({ ...report, effect: 'maybe-applied', effectReason });

  expect(told.split('\n').slice(-2)).toEqual([`  More: ${pageOf('idempotent-method')}`, `  More: ${pageOf(page)}`]);
});

test('a decision of the client that repeats the last reason is printed once', () => {
  const attempt = { ...second, startMs: 0, decision: { action: 'stop', reason: 'accepted' } as const };
  const told = explain({ ...report, attempts: [attempt], decision: { action: 'stop', reason: 'accepted' } });

  expect(told.match(/No retry/g)).toHaveLength(1);
});

test('links a stop to its page, and a first success to none', () => {
  const stopped = { ...report, decision: { action: 'stop', reason: 'not-repeatable' } as const };

  expect(explain(stopped)).toMatch(/\n {2}More: https:\/\/twicesafe\.github\.io\/twicesafe\/why\/not-repeatable$/);
  expect(explain({ ...report, attempts: [second] })).not.toContain('More:');
});

test('mentions a wait before the first attempt', () => {
  const told = explain({ ...report, attempts: [{ ...second, number: 1 }] });

  expect(told).toContain('\n  Held for 1.5 s: the origin had asked for a pause.\n  1. Status 200');
});

test('mentions an abort before the first attempt', () => {
  const told = explain({ ...report, attempts: [], decision: { action: 'stop', reason: 'aborted' }, elapsedMs: 500 });

  expect(told).toContain('0 attempts in 500 ms\n  No retry: the caller aborted the request.\n');
});

test("a redirect's target is named, without its secrets", () => {
  const outcome = redirected(404, { url: 'http://user:pw@elsewhere.test/login?token=secret' });
  const told = explain({ ...report, attempts: [recordOf({ ...second, number: 1, startMs: 0, outcome }, false)] });

  expect(told).toContain(
    '1. Status 404 from http://elsewhere.test/login?token=REDACTED, after a redirect, after 3 ms.',
  );
});

test('a callback that failed is named with its error', () => {
  const callbackError = { name: 'RangeError', message: 'no such plan' };

  expect(explain({ ...report, callbackError })).toContain('\n  The function failed with RangeError: no such plan\n');
});

test.each([undefined, null, 'text', 7, new Error('mine'), {}])('names an object without a report: %s', (subject) => {
  expect(explain(subject)).toBe('No report: pass the response or the error of a request that a wrapped client sent.');
});

describe('errors that say little are told all the same', () => {
  const tell = (error: unknown) =>
    explain({ ...report, attempts: [recordOf({ ...first, outcome: { ...failure('unknown'), error } }, false)] });
  const circle = new Error('outer');
  circle.cause = new Error('inner', { cause: circle });

  test.each<[string, unknown]>([
    ['RangeError', new RangeError()],
    ['text', 'text'],
    ['undefined', undefined],
    ['object', Object.create(null)],
    ['inner', circle],
  ])('%s', (word, error) => expect(tell(error)).toContain(`(network: ${word})`));
});

test.each(Object.entries(DECISION_SENTENCES) as [Reason, string][])('%s has a sentence', (reason, sentence) => {
  expect(explain({ action: 'stop', reason: reason as StopReason })).toBe(
    `${reason === 'succeeded' ? 'Done' : 'No retry'}: ${sentence}. More: ${pageOf(reason)}`,
  );
  expect(explain({ action: 'retry', reason: reason as RetryReason, waitMs: 0 })).toBe(
    `Retry after 0 ms: ${sentence}. More: ${pageOf(reason)}`,
  );
  expect(sentence).toMatch(/^[a-z].*[^.]$/);
});

test.each(Object.entries(EFFECT_SENTENCES) as [EffectReason, string][])(
  'the effect %s has a sentence',
  (effectReason, sentence) => {
    expect(explain({ ...report, effectReason })).toContain(`, because ${sentence}.\n`);
    expect(sentence).toMatch(/^[a-z].*[^.]$/);
  },
);
