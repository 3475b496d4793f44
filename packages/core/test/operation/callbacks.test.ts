import { describe, expect, test, vi } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { CallbackError } from '../../src/operation/errors.ts';
import { reportOf } from '../../src/operation/reports.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { Budget } from '../../src/pacing/budget.ts';
import { play, stage } from '../support/stage.ts';

const failed = new RangeError('no such plan');
const thrower = (): never => {
  throw failed;
};

/** A budget of which one function misbehaves. */
function budgetWith(broken: object): Budget {
  const account = { canWithdraw: () => true, withdraw() {}, failed() {}, succeeded() {}, isFull: false };
  return { countsEverySuccess: true, open: () => Object.defineProperties({ ...account }, descriptorsOf(broken)) };
}

const descriptorsOf = (members: object) => Object.getOwnPropertyDescriptors(members);

/** Functions of the caller that are called when an attempt has ended. */
const LATE: readonly (readonly [name: string, options: RetryOptions])[] = [
  ['backoff', { backoff: thrower }],
  ['shouldRetry', { shouldRetry: thrower }],
  ["a rule's precondition", { rules: [{ repeat: 'with-precondition', precondition: thrower }] }],
  ['open of a budget', { budget: { countsEverySuccess: false, open: thrower } }],
  ['canWithdraw of a budget', { budget: budgetWith({ canWithdraw: thrower }) }],
  ['withdraw of a budget', { budget: budgetWith({ withdraw: thrower }) }],
  ['failed of a budget', { budget: budgetWith({ failed: thrower }) }],
  [
    'isFull of a budget',
    {
      budget: budgetWith({
        get isFull() {
          return thrower();
        },
      }),
    },
  ],
];

describe('a function that throws when an attempt has ended ends the operation, with the outcome in hand', () => {
  test.each(LATE)('%s, after a response', async (_, options) => {
    const { response, sent, report, clock } = await play([{ status: 503 }, { status: 200 }], {
      method: 'PUT',
      options,
    });

    expect(response?.status).toBe(503);
    expect(sent).toBe(1);
    expect(clock.pending).toBe(0);
    expect(reportOf(response)).toEqual(report);
    expect(report).toMatchObject({
      attempts: [{ outcome: { status: 503 }, decision: { action: 'stop', reason: 'callback-failed' } }],
      decision: { action: 'stop', reason: 'callback-failed' },
      effect: 'maybe-applied',
      callbackError: { name: 'RangeError', message: 'no such plan' },
    });
  });

  test.each(LATE)('%s, after a failure', async (_, options) => {
    const { error, sent, client, report } = await play([{ fails: 'unknown' }, { status: 200 }], {
      method: 'PUT',
      options,
    });

    expect(error).toBe(client.errors[0]);
    expect(sent).toBe(1);
    expect(reportOf(error)).toEqual(report);
    expect(report).toMatchObject({ decision: { reason: 'callback-failed' }, callbackError: { name: 'RangeError' } });
  });

  test.each(LATE.filter(([name]) => /backoff|shouldRetry|withdraw/i.test(name)))(
    '%s, at a later attempt',
    async (_, options) => {
      const calls = { count: 0 };
      const { response, sent, report } = await play([{ status: 503 }, { status: 502 }, { status: 200 }], {
        options: later(options, calls),
      });

      expect(response?.status).toBe(502);
      expect(sent).toBe(2);
      expect(report.attempts.map(({ decision }) => decision.reason)).toEqual(['safe-method', 'callback-failed']);
    },
  );

  test.each(['succeeded', 'isFull'])('%s of a budget, after a success: it is kept', async (member) => {
    const broken = Object.defineProperty({}, member, {
      enumerable: true,
      get: () => (member === 'isFull' ? thrower() : thrower),
    });
    const { response, report, sent } = await play([{ status: 200 }], {
      method: 'POST',
      options: { budget: budgetWith(broken) },
    });

    expect([response?.status, sent]).toEqual([200, 1]);
    expect(report).toMatchObject({
      effect: 'applied',
      decision: { reason: 'callback-failed' },
      callbackError: { name: 'RangeError' },
    });
  });

  test('a rule that throws only later never makes a success an error', async () => {
    let asked = 0;
    const url = {
      test: () => {
        if (asked++ > 0) thrower();
        return true;
      },
    };

    const { response, report } = await play([{ status: 200 }], { method: 'POST', options: { rules: [{ url }] } });

    expect(response?.status).toBe(200);
    expect(report).toMatchObject({ effect: 'applied', decision: { reason: 'succeeded' } });
    expect(asked).toBe(1);
  });
});

/** The same options, but their function does no harm the first time. */
function later({ backoff, shouldRetry, budget }: RetryOptions, calls: { count: number }): RetryOptions {
  const first = () => calls.count++ === 0;
  return {
    ...(backoff && { backoff: (...parameters) => (first() ? 1 : backoff(...parameters)) }),
    ...(shouldRetry && { shouldRetry: (context) => (first() ? true : shouldRetry(context)) }),
    ...(budget &&
      budget !== 'none' && {
        budget: {
          countsEverySuccess: false,
          open: () => {
            const account = budget.open();
            return {
              canWithdraw: (cause, nowMs) => (calls.count === 0 ? true : account.canWithdraw(cause, nowMs)),
              withdraw: (cause, nowMs) => {
                if (!first()) account.withdraw(cause, nowMs);
              },
              failed() {},
              succeeded() {},
              isFull: false,
            };
          },
        },
      }),
  };
}

describe('a function that returns nonsense permits nothing', () => {
  const never = new Promise<never>(() => {});

  test.each<[string, unknown]>([
    ['a promise', never],
    ['undefined', undefined],
    ['a text', 'no'],
    ['1', 1],
  ])('shouldRetry returns %s', async (_, answer) => {
    const options = { shouldRetry: (() => answer) as () => boolean };
    const { response, sent, report } = await play([{ status: 503 }, { status: 200 }], { options });

    expect([response?.status, sent]).toEqual([503, 1]);
    expect(report).toMatchObject({
      decision: { reason: 'callback-failed' },
      callbackError: { name: 'TypeError', message: `shouldRetry must return true or false, not ${typeof answer}` },
    });
  });

  test.each<[string, unknown]>([
    ['a promise', never],
    ['undefined', undefined],
    ['null', null],
    ['a text', ''],
    ['a list', []],
    ['false', false],
    ['NaN', Number.NaN],
  ])('backoff returns %s: that is no wait of no time', async (_, answer) => {
    const options = { backoff: (() => answer) as () => number };
    const { response, sent, report } = await play([{ status: 503 }, { status: 200 }], { options });

    expect([response?.status, sent]).toEqual([503, 1]);
    expect(report.decision.reason).toBe('retry-window-over');
  });

  test('backoff returns a symbol', async () => {
    const options = { backoff: (() => Symbol('soon')) as unknown as () => number };
    const { response, sent } = await play([{ status: 503 }, { status: 200 }], { options });

    expect([response?.status, sent]).toEqual([503, 1]);
  });

  test.each<[string, unknown]>([
    ['a promise', never],
    ['undefined', undefined],
    ['1', 1],
    ['a text', 'yes'],
  ])("a rule's precondition returns %s", async (_, answer) => {
    const rules = [{ method: 'POST', precondition: (() => answer) as () => boolean }];
    const { sent, report } = await play([{ status: 503 }, { status: 200 }], { method: 'POST', options: { rules } });

    expect([sent, report.decision.reason]).toEqual([1, 'not-repeatable']);
  });

  test.each<[string, unknown]>([
    ['a promise', never],
    ['undefined', undefined],
    ['1', 1],
  ])('canWithdraw of a budget returns %s', async (_, answer) => {
    const options = { budget: budgetWith({ canWithdraw: () => answer }) };
    const { sent, report } = await play([{ status: 503 }, { status: 200 }], { options });

    expect([sent, report.decision.reason]).toEqual([1, 'budget-exhausted']);
  });

  test.each<[string, unknown]>([
    ['a promise', never],
    ['undefined', undefined],
    ['a list', []],
  ])("a rule's url.test returns %s", (_, answer) => {
    const rules = [{ url: { test: (() => answer) as () => boolean }, repeat: 'always' as const }];

    expect(() => stage([], { method: 'POST', options: { rules } })).toThrow(CallbackError);
  });

  test('a budget that opens no account', async () => {
    const options = { budget: { countsEverySuccess: false, open: (() => undefined) as never } };
    const { response, sent } = await play([{ status: 503 }, { status: 200 }], { options });

    expect([response?.status, sent]).toEqual([503, 1]);
  });
});

describe('a function that fails before anything is sent is a coded error with its cause', () => {
  const scheme = customKeyScheme({ header: 'Idempotency-Key', generate: thrower });

  test.each<[string, RetryOptions, unknown]>([
    ['A rule', { rules: [{ url: { test: thrower } }] }, failed],
    ['generate of the key scheme', { idempotencyKey: scheme }, failed],
    ['generate of the key scheme', { rules: [{ idempotencyKey: scheme }] }, failed],
    ['generate of the key scheme', { idempotencyKey: { ...scheme, generate: () => 'a\nb' } }, expect.any(RangeError)],
    ['generate of the key scheme', { idempotencyKey: { ...scheme, generate: () => '' } }, expect.any(RangeError)],
    [
      'generate of the key scheme',
      { idempotencyKey: { ...scheme, generate: (async () => 'key') as unknown as () => string } },
      expect.any(TypeError),
    ],
    [
      'generate of the key scheme',
      { idempotencyKey: { ...scheme, generate: (() => undefined) as unknown as () => string } },
      expect.objectContaining({ message: expect.stringMatching(/^the generated idempotency key must/) }),
    ],
  ])('%s', (what, options, cause) => {
    const url = 'http://user:pw@origin.test/orders?key=secret';
    let error: unknown;
    try {
      stage([], { method: 'POST', url, options });
    } catch (thrown) {
      error = thrown;
    }

    expect(error).toBeInstanceOf(CallbackError);
    expect(error).toMatchObject({
      name: 'CallbackError',
      code: 'TWICESAFE_CALLBACK_FAILED',
      method: 'POST',
      url: 'http://origin.test/orders?key=REDACTED',
      message: `${what} failed, so POST http://origin.test/orders?key=REDACTED was not sent. See https://twicesafe.github.io/twicesafe/why/TWICESAFE_CALLBACK_FAILED`,
      cause,
    });
  });

  test('a key that the caller gave needs no generate', async () => {
    const { sent } = await play([{ status: 200 }], {
      method: 'POST',
      options: { idempotencyKey: scheme },
      request: { idempotencyKey: 'order-7' },
    });

    expect(sent).toBe(1);
  });
});

describe('a function cannot change what was decided', () => {
  test('shouldRetry sees a copy of the outcome: it can forbid, and never allow', async () => {
    const { sent, report } = await play([{ fails: 'unknown' }, { status: 200 }], {
      method: 'POST',
      options: {
        shouldRetry: ({ outcome }) => {
          Object.assign(outcome, { delivery: 'never-sent' });
          return true;
        },
      },
    });

    expect([sent, report.decision.reason]).toEqual([1, 'not-repeatable']);
    expect(report.attempts[0]).toMatchObject({ delivery: 'unknown' });
  });

  test('a listener cannot change a decision', async () => {
    const changes: unknown[] = [];
    const { sent } = await play([{ status: 500 }, { status: 200 }], {
      method: 'POST',
      options: {
        onEvent: (event) => {
          if (event.type !== 'attempt-end') return;
          changes.push(Reflect.set(event.attempt.decision, 'action', 'retry'));
          Reflect.set(event.attempt.decision, 'waitMs', 0);
        },
      },
    });

    expect(sent).toBe(1);
    expect(changes).toEqual([false]);
  });

  test('a listener cannot shorten a wait', async () => {
    const { client } = await play([{ status: 503, headers: { 'retry-after': '5' } }, { status: 200 }], {
      options: {
        onEvent: (event) => {
          if (event.type === 'retry-scheduled') Reflect.set(event.decision, 'waitMs', 0);
        },
      },
    });

    expect(client.sentAtMs[1]).toBeGreaterThanOrEqual(5000);
  });
});

test.each<[string, () => unknown]>([
  ['throws', thrower],
  ['rejects', () => Promise.reject(failed)],
  ['returns an object with members that throw', () => ({ catch: thrower })],
  ['never returns', () => new Promise(() => {})],
])('a listener that %s breaks nothing', async (_, onEvent) => {
  const rejected = vi.fn();
  process.on('unhandledRejection', rejected);

  const { response, sent, report } = await play([{ status: 503 }, { status: 200 }], {
    options: { onEvent: onEvent as () => void },
  });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', rejected);

  expect([response?.status, sent]).toEqual([200, 2]);
  expect(report).not.toHaveProperty('callbackError');
  expect(rejected).not.toHaveBeenCalled();
});

describe('a look ahead', () => {
  const aborted = false;
  const end = { aborted, bodyUsed: false };
  const unavailable = { type: 'response', status: 503, headers: new Headers() } as const;

  test('asks neither shouldRetry nor for money, and changes nothing', () => {
    const shouldRetry = vi.fn(() => false);
    const withdraw = vi.fn();
    const { operation, policy } = stage([], { options: { shouldRetry, budget: budgetWith({ withdraw }) } });

    expect(operation.wouldRetry(unavailable, end)).toBe(true);
    expect(operation.wouldRetry({ ...unavailable, status: 404 }, end)).toBe(false);
    expect(operation.wouldRetry(unavailable, { ...end, aborted: true })).toBe(false);
    expect(shouldRetry).not.toHaveBeenCalled();
    expect(withdraw).not.toHaveBeenCalled();
    expect(operation.nextAttempt).toBe(1);
    expect(policy.pacing.gateMs('http://origin.test/', 0, 0)).toBe(0);
  });

  test('counts the budget', () => {
    const { operation } = stage([], { options: { budget: budgetWith({ canWithdraw: () => false }) } });

    expect(operation.wouldRetry(unavailable, end)).toBe(false);
  });

  test.each(LATE.filter(([name]) => /backoff|precondition|open|canWithdraw/.test(name)))(
    'is no when %s throws',
    (_, options) => {
      expect(stage([], { options }).operation.wouldRetry(unavailable, end)).toBe(false);
    },
  );
});
