import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/decision/outcome.ts';
import { type Rule, ruleFor } from '../../src/decision/rules.ts';
import { effectOf } from '../../src/effect/effect.ts';
import { deliveryOfOutcome } from '../../src/effect/outcome-delivery.ts';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { failure, redirected, request, response, settingsWith } from '../support/situations.ts';

interface Story {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly outcomes: readonly Outcome[];
  readonly idempotent?: boolean;
  readonly rules?: readonly Rule[];
  readonly refusedStatuses?: readonly number[];
  readonly keyed?: boolean;
  readonly earlierDoubt?: boolean;
}

const key = { scheme: customKeyScheme({ header: 'Idempotency-Key', inFlightStatuses: [409] }), value: 'order-7' };

function tell({
  method = 'POST',
  headers,
  outcomes,
  idempotent,
  rules = [],
  keyed,
  refusedStatuses = [421, 425],
  earlierDoubt = false,
}: Story) {
  const settings = settingsWith({ rules, refusedStatuses });
  const attempts = outcomes.map((outcome) => ({ outcome, delivery: deliveryOfOutcome(outcome, settings) }));
  const traits = request(method, headers);
  const rule = ruleFor(traits, rules);
  const { effect, reason } = effectOf({
    traits,
    attempts,
    idempotent,
    rule,
    key: keyed ? key : undefined,
    earlierDoubt,
  });
  return `${effect}, ${reason}`;
}

const answered = (status: number, verdict: 'transient' | 'final'): Outcome => ({
  ...response(status),
  answer: { verdict, subject: 'A body' },
});
const lost = failure('unknown');
const copied = (status: number): Outcome => ({ ...response(status), unseenCopies: true });
const refused = failure('refused');
const neverSent = failure('never-sent');

test.each<[string, Story]>([
  ['maybe-applied, unseen-copies', { outcomes: [copied(201)] }],
  ['applied, success-response', { outcomes: [copied(422), response(201)] }],
  ['applied, success-response', { outcomes: [{ ...response(200), unseenCopies: 'others' }] }],
  ['maybe-applied, unseen-copies', { outcomes: [{ ...response(400), refused: true, unseenCopies: 'others' }] }],
  ['not-applied, safe-method', { method: 'GET', outcomes: [copied(404)] }],
  ['maybe-applied, unseen-copies', { outcomes: [copied(422)] }],
  ['maybe-applied, unseen-copies', { outcomes: [copied(425)] }],
  ['maybe-applied, unseen-copies', { method: 'DELETE', outcomes: [copied(404)] }],
  ['maybe-applied, unclear-response', { outcomes: [copied(429)] }],
  ['maybe-applied, server-error', { outcomes: [copied(503)] }],
  ['maybe-applied, outcome-unknown', { outcomes: [lost, response(422)] }],
  ['maybe-applied, probably-ours-gone', { method: 'DELETE', outcomes: [lost, copied(404)] }],
  ['maybe-applied, probably-ours-conflict', { outcomes: [copied(409)], earlierDoubt: true }],
  ['applied, success-response', { outcomes: [response(201)] }],
  ['applied, success-response', { outcomes: [lost, response(200)] }],
  ['applied, success-response', { outcomes: [response(503), response(204)] }],
  ['not-applied, safe-method', { method: 'GET', outcomes: [lost] }],
  ['not-applied, safe-method', { method: 'QUERY', outcomes: [response(200)] }],
  ['not-applied, nothing-processed', { outcomes: [] }],
  ['not-applied, nothing-processed', { outcomes: [neverSent, refused, response(425)] }],
  ['not-applied, nothing-processed', { outcomes: [response(503)], refusedStatuses: [503] }],
  ['not-applied, refusal-response', { outcomes: [response(422)] }],
  ['not-applied, refusal-response', { outcomes: [neverSent, response(404)] }],
  ['not-applied, refusal-response', { outcomes: [response(400), neverSent] }],
  ['maybe-applied, outcome-unknown', { outcomes: [lost] }],
  ['maybe-applied, outcome-unknown', { outcomes: [lost, neverSent] }],
  ['maybe-applied, outcome-unknown', { outcomes: [response(503), lost, response(400)] }],
  ['maybe-applied, server-error', { outcomes: [response(500)] }],
  ['maybe-applied, server-error', { outcomes: [response(502), response(422)] }],
  ['maybe-applied, unclear-response', { outcomes: [response(429)] }],
  ['maybe-applied, unclear-response', { outcomes: [response(408)] }],
  ['maybe-applied, unclear-response', { outcomes: [response(302)] }],
  ['maybe-applied, unclear-response', { outcomes: [response(300)] }],
  ['maybe-applied, unclear-response', { outcomes: [{ ...response(200), status: 0 }] }],
  ['maybe-applied, server-error', { outcomes: [lost, neverSent, response(500), neverSent] }],
])('%s: %j', (expected, story) => expect(tell(story)).toBe(expected));

describe('a refusal that meets an earlier copy in doubt is probably our own success', () => {
  const conditional = { 'if-match': '"v1"' };

  test.each<[string, Story]>([
    ['maybe-applied, probably-ours-gone', { method: 'DELETE', outcomes: [lost, response(404)] }],
    ['maybe-applied, probably-ours-gone', { method: 'DELETE', outcomes: [response(502), response(410)] }],
    [
      'maybe-applied, probably-ours-precondition',
      { method: 'PATCH', headers: conditional, outcomes: [lost, response(412)] },
    ],
    [
      'maybe-applied, probably-ours-precondition',
      { method: 'PUT', headers: { 'if-none-match': '*' }, outcomes: [lost, response(412)] },
    ],
    ['maybe-applied, probably-ours-conflict', { outcomes: [lost, response(409)] }],
    ['maybe-applied, probably-ours-conflict', { method: 'PUT', outcomes: [lost, response(409)] }],
  ])('%s: %j', (expected, story) => expect(tell(story)).toBe(expected));

  test.each<[string, Story]>([
    ['not-applied, refusal-response', { method: 'DELETE', outcomes: [response(404)] }],
    ['maybe-applied, outcome-unknown', { method: 'DELETE', outcomes: [lost, response(403)] }],
    ['maybe-applied, outcome-unknown', { method: 'PUT', headers: conditional, outcomes: [lost, response(403)] }],
    ['not-applied, refusal-response', { method: 'DELETE', outcomes: [neverSent, response(404)] }],
    ['not-applied, refusal-response', { method: 'PATCH', headers: conditional, outcomes: [response(412)] }],
    ['maybe-applied, outcome-unknown', { method: 'PATCH', outcomes: [lost, response(412)] }],
    ['maybe-applied, outcome-unknown', { method: 'PUT', outcomes: [lost, response(404)] }],
    ['maybe-applied, outcome-unknown', { method: 'PATCH', outcomes: [lost, response(409)] }],
    ['maybe-applied, outcome-unknown', { method: 'DELETE', outcomes: [response(404), lost] }],
  ])('and not otherwise: %s: %j', (expected, story) => expect(tell(story)).toBe(expected));
});

describe('what was declared counts', () => {
  test.each<[string, Story]>([
    // Who says that a GET must not be repeated knows of an effect.
    ['maybe-applied, outcome-unknown', { method: 'GET', idempotent: false, outcomes: [lost] }],
    ['maybe-applied, outcome-unknown', { method: 'GET', rules: [{ repeat: 'never' }], outcomes: [lost] }],
    ['not-applied, safe-method', { method: 'GET', idempotent: true, rules: [{ repeat: 'never' }], outcomes: [lost] }],
    // A 200 or 403 that means "slow down", and a 409 that means "in flight".
    ['maybe-applied, unclear-response', { rules: [{ transientStatuses: [200] }], outcomes: [response(200)] }],
    ['maybe-applied, unclear-response', { rules: [{ transientStatuses: [403] }], outcomes: [response(403)] }],
    ['maybe-applied, unclear-response', { keyed: true, outcomes: [response(409)] }],
    ['not-applied, refusal-response', { outcomes: [response(409)] }],
    // What a protocol read in the body: an error beside data, one that goes away, one that refuses the request.
    ['maybe-applied, unclear-response', { outcomes: [answered(200, 'final')] }],
    ['maybe-applied, unclear-response', { outcomes: [answered(422, 'transient')] }],
    ['not-applied, refusal-response', { outcomes: [answered(400, 'final')] }],
    [
      'maybe-applied, success-response',
      { rules: [{ transientStatuses: [503] }], outcomes: [response(200), neverSent] },
    ],
  ])('%s: %j', (expected, story) => expect(tell(story)).toBe(expected));
});

describe('a response that came over a redirect answers another request', () => {
  test.each<[string, Story]>([
    ['maybe-applied, redirected-response', { outcomes: [redirected(200)] }],
    ['maybe-applied, redirected-response', { outcomes: [redirected(404)] }],
    ['maybe-applied, redirected-response', { outcomes: [redirected(503)] }],
    ['maybe-applied, redirected-response', { outcomes: [redirected(425)] }],
    ['maybe-applied, redirected-response', { outcomes: [redirected(200), neverSent] }],
    ['maybe-applied, redirected-response', { method: 'DELETE', outcomes: [lost, redirected(404)] }],
    ['not-applied, safe-method', { method: 'GET', outcomes: [redirected(404)] }],
  ])('%s: %j', (expected, story) => expect(tell(story)).toBe(expected));

  test.each<[string, Story]>([
    ['applied, success-response', { outcomes: [redirected(200, { sameMethod: true })] }],
    ['maybe-applied, redirected-response', { outcomes: [redirected(422, { sameMethod: true })] }],
    ['maybe-applied, redirected-response', { outcomes: [redirected(500, { sameMethod: true })] }],
  ])('also if it kept the method, unless that succeeded: %s: %j', (expected, story) =>
    expect(tell(story)).toBe(expected),
  );
});

describe('an earlier run that may have been processed leaves a doubt', () => {
  test.each<[string, Story]>([
    ['maybe-applied, earlier-run', { outcomes: [] }],
    ['maybe-applied, earlier-run', { outcomes: [neverSent] }],
    ['maybe-applied, earlier-run', { outcomes: [response(422)] }],
    ['maybe-applied, probably-ours-conflict', { outcomes: [response(409)] }],
    ['maybe-applied, probably-ours-gone', { method: 'DELETE', outcomes: [response(404)] }],
    ['maybe-applied, outcome-unknown', { outcomes: [lost, response(422)] }],
    ['applied, success-response', { outcomes: [response(200)] }],
    ['not-applied, safe-method', { method: 'GET', outcomes: [neverSent] }],
  ])('%s: %j', (expected, story) => expect(tell({ ...story, earlierDoubt: true })).toBe(expected));
});
