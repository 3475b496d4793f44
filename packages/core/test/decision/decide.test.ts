import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import type { RetryContext } from '../../src/decision/retry-context.ts';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { MAX_TIMER_MS } from '../../src/options/defaults.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import { failure, request, response, settingsWith, situationWith } from '../support/situations.ts';

interface Case {
  readonly reason: string;
  readonly context: Partial<RetryContext>;
  readonly options?: RetryOptions;
}

const key = { scheme: customKeyScheme({ header: 'Idempotency-Key', windowMs: 1000 }), value: 'order-7' };
const reasonOf = ({ context, options }: Omit<Case, 'reason'>) =>
  decide(situationWith(context), settingsWith(options)).reason;

/** One situation for each rule, in the order of the rules; each applies alone. */
const RULES: readonly Case[] = [
  { reason: 'aborted', context: { aborted: true } },
  { reason: 'final-status', context: { outcome: response(404) } },
  { reason: 'accepted', context: { accepted: true } },
  { reason: 'server-veto', context: { outcome: response(503, { 'x-should-retry': 'false' }) } },
  { reason: 'not-repeatable', context: { traits: request('POST') } },
  { reason: 'body-not-replayable', context: { bodyUsed: true } },
  { reason: 'attempts-exhausted', context: { attempt: 3 } },
  { reason: 'outer-retry', context: { outerRetry: true } },
  { reason: 'key-window-over', context: { traits: request('POST'), key, elapsedMs: 950 } },
  { reason: 'pushback-too-long', context: { outcome: response(503, { 'retry-after': '61' }) } },
  { reason: 'deadline-too-near', context: {}, options: { deadlineMs: 100 } },
  { reason: 'retry-window-over', context: {}, options: { retryWindowMs: 100 } },
  { reason: 'budget-exhausted', context: { budgetAllows: false } },
];

describe('each rule stops, and says why', () => {
  test.each(RULES)('$reason', ({ reason, ...given }) => expect(reasonOf(given)).toBe(reason));
});

describe('of two rules that apply the first one gives the reason', () => {
  const pairs = RULES.flatMap((first, index) => RULES.slice(index + 1).map((second) => ({ first, second })))
    // Both need the outcome, the request or the elapsed time to be their own.
    .filter(({ first, second }) => !Object.keys(first.context).some((name) => name in second.context));

  test.each(pairs)('$first.reason before $second.reason', ({ first, second }) => {
    const context = { ...second.context, ...first.context };
    expect(reasonOf({ context, options: { ...second.options, ...first.options } })).toBe(first.reason);
  });

  test.each([
    ['a final status before the veto', { outcome: response(404, { 'x-should-retry': 'false' }) }, 'final-status'],
    [
      'the veto before the method',
      { traits: request('POST'), outcome: response(503, { 'x-should-retry': 'false' }) },
      'server-veto',
    ],
    [
      'the method before the pushback',
      { traits: request('POST'), outcome: response(503, { 'retry-after': '99' }) },
      'not-repeatable',
    ],
    [
      'the window of the key before the pushback',
      { traits: request('POST'), key, outcome: response(503, { 'retry-after': '99' }) },
      'key-window-over',
    ],
  ])('%s', (_, context, reason) => expect(reasonOf({ context })).toBe(reason));
});

describe('with none of them the request is sent again', () => {
  test.each([
    ['never-sent', { traits: request('POST'), outcome: failure('never-sent') }],
    ['refused', { traits: request('POST'), outcome: response(425) }],
    ['safe-method', {}],
    ['idempotent-method', { traits: request('PUT') }],
    ['idempotency-key', { traits: request('POST'), key }],
    ['precondition', { traits: request('PATCH', { 'if-match': '"v1"' }) }],
    ['declared-repeatable', { traits: request('POST'), idempotent: true }],
  ] as const)('because of %s', (reason, context) => {
    expect(decide(situationWith(context), settingsWith())).toEqual({ action: 'retry', reason, waitMs: 100 });
  });
});

describe('bounds', () => {
  test.each([
    ['a deadline that the wait just meets is too near', { deadlineMs: 110 }, {}, 'deadline-too-near'],
    ['a deadline one millisecond later is not', { deadlineMs: 111 }, {}, 'safe-method'],
    ['the retry window may be used up', { retryWindowMs: 110 }, {}, 'safe-method'],
    ['and not exceeded', { retryWindowMs: 109 }, {}, 'retry-window-over'],
    [
      'a pushback of maxPushbackMs is waited for',
      {},
      { outcome: response(503, { 'retry-after': '60' }) },
      'safe-method',
    ],
    ['one of a second more is not', {}, { outcome: response(503, { 'retry-after': '61' }) }, 'pushback-too-long'],
    ['a key is good until its window ends', {}, { traits: request('POST'), key, elapsedMs: 899 }, 'idempotency-key'],
    ['and not a millisecond longer', {}, { traits: request('POST'), key, elapsedMs: 900 }, 'key-window-over'],
    [
      'the window of a key does not bind a method that needs none',
      {},
      { traits: request('PUT'), key, elapsedMs: 2000 },
      'idempotent-method',
    ],
    ['the last attempt but one may be followed', { maxAttempts: 4 }, { attempt: 3 }, 'safe-method'],
    ['the last one may not', { maxAttempts: 4 }, { attempt: 4 }, 'attempts-exhausted'],
  ])('%s', (_, options, context, reason) => expect(reasonOf({ context, options })).toBe(reason));
});

describe('the wait', () => {
  const waitOf = (context: Partial<RetryContext>, options: RetryOptions = {}) =>
    decide(situationWith(context), settingsWith(options));

  test.each([
    [
      'the backoff, told the retry, the random and the wait before',
      {},
      2007,
      { attempt: 2, random: 0.5, previousWaitMs: 7 },
    ],
    [
      'the pause that others were asked for, if that is longer',
      { 'retry-after': '3' },
      4000,
      { attempt: 1, gateMs: 4000 },
    ],
    ['the pushback, if that is longer', { 'retry-after': '3' }, 3000, { attempt: 1, random: 0 }],
    ['the pushback and a fifth at most', { 'retry-after': '3' }, expect.closeTo(3300), { attempt: 1, random: 0.5 }],
  ])('is %s', (_, headers, waitMs, context) => {
    const backoff = (retry: number, random: number, previousMs: number) =>
      random > 0 && previousMs > 0 ? retry * 1000 + previousMs : 100;
    expect(
      waitOf({ outcome: response(503, headers as Record<string, string>), ...context }, { backoff }),
    ).toMatchObject({ waitMs });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40])('a backoff of %d is no wait of no time', (waitMs) => {
    expect(waitOf({}, { backoff: () => waitMs, retryWindowMs: MAX_TIMER_MS })).toEqual({
      action: 'stop',
      reason: 'retry-window-over',
    });
  });

  test('a negative backoff is no wait', () => {
    expect(waitOf({}, { backoff: () => -5 })).toMatchObject({ action: 'retry', waitMs: 0 });
  });

  test.each([
    ['a response', { outcome: response(503, { 'retry-after': '3' }) }, 3000],
    ['the gate of its origin', { outcome: response(503), gateMs: 40_000 }, 40_000],
    ['a response, whatever the gate says', { outcome: response(503, { 'retry-after': '3' }), gateMs: 40_000 }, 3000],
    ['nobody', { outcome: response(503) }, undefined],
    ['a response that asks for no wait', { outcome: response(503, { 'retry-after': '0' }) }, undefined],
  ])('says how long %s asked to wait', (_, change, askedMs) => {
    const decision = decide(situationWith(change), settingsWith());

    expect(decision.action).toBe('retry');
    expect(decision.askedMs).toBe(askedMs);
  });

  describe('while the first copy is still in flight', () => {
    const scheme = customKeyScheme({ header: 'Idempotency-Key', inFlightStatuses: [409] });
    const inFlight = { traits: request('POST'), key: { scheme, value: 'order-7' }, random: 0 };

    test.each([
      [1, 1000],
      [2, 1000],
      [3, 2000],
      [4, 4000],
      [9, 20_000],
    ])('after attempt %d, it waits for %d ms', (attempt, waitMs) => {
      const context = { ...inFlight, attempt, outcome: response(409) };

      expect(waitOf(context, { maxAttempts: 10 })).toMatchObject({ action: 'retry', waitMs });
    });

    test.each([
      ['20', 20],
      ['0', 5],
    ])('the time that the server names counts instead: %s ms', (named, waitMs) => {
      const context = { ...inFlight, attempt: 2, outcome: response(409, { 'retry-after-ms': named }) };

      expect(waitOf(context, { backoff: () => 5 })).toMatchObject({ waitMs });
    });

    test('a longer backoff counts', () => {
      const context = { ...inFlight, attempt: 2, outcome: response(409) };

      expect(waitOf(context, { backoff: () => 3000 })).toMatchObject({ waitMs: 3000 });
    });

    test('clients that wait together spread out', () => {
      const context = { ...inFlight, attempt: 2, random: 0.5, outcome: response(409) };

      expect(waitOf(context, { backoff: () => 5 })).toMatchObject({ waitMs: 1100 });
    });

    test('another status waits for the backoff', () => {
      const context = { ...inFlight, attempt: 2, outcome: response(503) };

      expect(waitOf(context, { backoff: () => 5 })).toMatchObject({ waitMs: 5 });
    });
  });

  test('a failure has no pushback', () => {
    expect(waitOf({ outcome: failure('unknown') })).toMatchObject({ waitMs: 100 });
  });
});

test('law 7: equal input gives equal decisions, and no wait undercuts the pushback', () => {
  const situations = fc.record({
    attempt: fc.integer({ min: 1, max: 4 }),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    elapsedMs: fc.integer({ min: 0, max: 200_000 }),
    outcome: fc
      .tuple(fc.constantFrom(200, 421, 425, 429, 500, 503), fc.option(fc.integer({ min: 0, max: 70 })))
      .map(([status, seconds]) => response(status, seconds === null ? {} : { 'retry-after': String(seconds) })),
    traits: fc.constantFrom('GET', 'PUT', 'POST').map((method) => request(method)),
    doubtful: fc.boolean(),
  });
  fc.assert(
    fc.property(situations, (given) => {
      const decision = decide(situationWith(given), settingsWith());

      expect(decide(situationWith(given), settingsWith())).toEqual(decision);
      if (decision.action === 'retry') {
        expect(decision.waitMs).toBeGreaterThanOrEqual(Number(given.outcome.headers.get('retry-after')) * 1000);
      }
    }),
  );
});
