import { expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import type { RetryContext } from '../../src/decision/retry-context.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import { request, response, settingsWith, situationWith } from '../support/situations.ts';

const renewed = { traits: request('POST'), outcome: { ...response(401), refused: true, renewed: true } };

function decisionAfter(context: Partial<RetryContext> = {}, options: RetryOptions = {}) {
  return decide(situationWith({ ...renewed, ...context }), settingsWith(options));
}

test('a POST is sent again at once with the new credential', () => {
  expect(decisionAfter()).toEqual({ action: 'retry', reason: 'reauthorized', waitMs: 0 });
});

test('neither attempts nor the budget stop it', () => {
  expect(decisionAfter({ attempt: 3, budgetAllows: false }).reason).toBe('reauthorized');
});

test.each<[string, Partial<RetryContext>, RetryOptions]>([
  ['aborted', { aborted: true }, {}],
  ['accepted', { accepted: true }, {}],
  ['caller-veto', { vetoed: true }, {}],
  ['caller-veto', {}, { shouldRetry: () => false }],
  ['not-repeatable', { doubtful: true }, {}],
  ['body-not-replayable', { bodyUsed: true }, {}],
  ['deadline-too-near', { elapsedMs: 1000 }, { deadlineMs: 1000 }],
])('%s stops it', (reason, context, options) => {
  expect(decisionAfter(context, options)).toEqual({ action: 'stop', reason });
});

test('time that is left before the deadline is enough', () => {
  expect(decisionAfter({ elapsedMs: 999 }, { deadlineMs: 1000 }).reason).toBe('reauthorized');
});
