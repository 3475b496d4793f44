import { VirtualClock } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import type { BodyJudge } from '../../src/decision/body-judge.ts';
import type { ProtocolAnswer, ProtocolResponse } from '../../src/decision/protocol.ts';
import type { Rule } from '../../src/decision/rules.ts';
import { bodyJudge } from '../../src/operation/body-judge.ts';
import { explain } from '../../src/operation/explain.ts';
import { policyOver } from '../../src/operation/policy.ts';
import { protocol } from '../../src/operation/protocol.ts';
import type { Act } from '../support/scripted-client.ts';
import { failure } from '../support/situations.ts';
import { play, policyWith, stage } from '../support/stage.ts';

const headers = { 'content-type': 'application/json' };
const refusal: ProtocolAnswer = { verdict: 'transient', subject: 'limit `x`', refused: 'https://api.example/limits' };
const busy: ProtocolAnswer = { verdict: 'transient', subject: 'queue `x`' };

/** A judge with this answer for the first response. */
const once = (answer: unknown, options?: Parameters<typeof bodyJudge>[1]): BodyJudge => {
  const answers = [answer];
  return bodyJudge(() => answers.shift() as ProtocolAnswer, options);
};
const act = (status: number, more: object = {}): Act => ({ status, headers, body: '{}', ...more });

function judged(judge: BodyJudge, acts: readonly Act[], rule: Rule = {}, method = 'POST', options = {}) {
  return play(acts, { method, options: { rules: [{ judge, ...rule }], ...options } });
}

describe('an answer', () => {
  test('that refuses lets a POST be sent again, and the report says why', async () => {
    const { sent, report } = await judged(once(refusal), [act(200)]);

    expect(sent).toBe(2);
    expect(report.attempts[0]?.outcome).toEqual({ type: 'response', status: 200, answer: refusal });
    expect(explain(report)).toContain('1. Status 200 (limit `x`) after 0 ms (delivery: refused). Retry after 100 ms');
    expect(report.effect).toBe('applied');
  });

  test.each<[string, object]>([
    ['a redirect was followed', { hop: { url: 'http://elsewhere.test/', sameMethod: true } }],
    ['there may be other copies', { unseenCopies: true }],
  ])('that refuses proves nothing where %s', async (_, more) => {
    expect((await judged(once(refusal), [act(403, more)])).sent).toBe(1);
  });

  test('that refuses proves nothing about the attempt before it', async () => {
    const { sent, report } = await judged(once(refusal), [{ fails: 'unknown' }, act(200)], {}, 'PUT');

    expect([sent, report.attempts[1]?.decision.reason]).toEqual([3, 'idempotent-method']);
    const post = await judged(once(refusal), [{ fails: 'refused' }, act(200)]);
    expect(post.report.attempts[1]?.decision.reason).toBe('refused');
  });

  test.each<[ProtocolAnswer['verdict'], number, string, string]>([
    ['success', 500, 'succeeded', 'applied'],
    ['success', 200, 'succeeded', 'applied'],
    ['final', 500, 'final-body', 'maybe-applied'],
    ['final', 200, 'final-body', 'maybe-applied'],
    ['final', 400, 'final-body', 'not-applied'],
    ['transient', 200, 'not-repeatable', 'maybe-applied'],
    ['transient', 400, 'not-repeatable', 'maybe-applied'],
  ])('%s in a %i: %s, %s', async (verdict, status, reason, effect) => {
    const { sent, report } = await judged(once({ verdict, subject: 'it' }), [act(status)]);

    expect([sent, report.decision.reason, report.effect]).toEqual([1, reason, effect]);
  });

  test('counts less than a status that a rule makes final', async () => {
    expect((await judged(once(refusal), [act(403)], { notTransient: [403] })).report.decision.reason).toBe(
      'declared-final',
    );
  });

  test.each([
    [2_000, {}, 2_000],
    [2_000, { 'retry-after': '1' }, 2_000],
    [2_000, { 'retry-after': '3' }, 3_000],
    [0.5, {}, 100],
  ])('asks for %d ms in addition to %j: a wait of at least %d ms', async (waitMs, more, least) => {
    const { report } = await judged(once({ ...refusal, waitMs }), [act(200, { headers: { ...headers, ...more } })]);

    const { decision } = report.attempts[0] ?? {};
    expect(decision?.action === 'retry' && decision.waitMs).toBeGreaterThanOrEqual(least);
    expect(decision?.action === 'retry' && decision.waitMs).toBeLessThanOrEqual(least * 1.2);
  });

  test('of an unlimited wait stops', async () => {
    const { report } = await judged(once({ ...refusal, waitMs: Number.POSITIVE_INFINITY }), [act(200)]);
    expect(report.decision.reason).toBe('pushback-too-long');
  });

  test.each<[string, ProtocolAnswer, boolean]>([
    ['a refusal closes the gate of the origin', { ...refusal, waitMs: 5_000 }, true],
    ['a job that is not ready does not', { ...busy, waitMs: 5_000 }, false],
    ['a final refusal does not', { ...refusal, verdict: 'final', waitMs: 5_000 }, false],
  ])('%s', (_, answer, closes) => {
    const { pacing } = policyWith();
    pacing.recordPushback(
      { type: 'response', status: 200, headers: new Headers(), answer },
      'http://origin.test/',
      0,
      0,
    );

    expect(pacing.gateMs('http://origin.test/other', 0, 0) > 0).toBe(closes);
  });

  test.each<[string, unknown, string]>([
    ['a promise', Promise.resolve(busy), 'judge must return undefined or an answer'],
    ['null', null, 'judge must return undefined or an answer'],
    ['an unknown verdict', { ...busy, verdict: 'retry' }, 'judge must return undefined or an answer'],
    ['an answer without a subject', { verdict: 'transient' }, 'judge must return undefined or an answer'],
    ['a wait in words', { ...busy, waitMs: '5' }, 'waitMs of a judge'],
    ['a negative wait', { ...busy, waitMs: -1 }, 'waitMs of a judge'],
    ['a wait that is no number', { ...busy, waitMs: Number.NaN }, 'waitMs of a judge'],
    ['a refusal without its page', { ...refusal, refused: true }, 'refused of a judge'],
    ['a refusal with an empty page', { ...refusal, refused: '' }, 'refused of a judge'],
  ])('that is %s ends the operation', async (_, answer, message) => {
    const { sent, report, response } = await judged(once(answer), [act(503)], {}, 'GET');

    expect([sent, report.decision.reason, response?.status]).toEqual([1, 'callback-failed', 503]);
    expect(report.callbackError?.message).toContain(message);
  });
});

describe('a judge', () => {
  test.each<[string, Rule]>([
    [
      'that throws nothing',
      {
        judge: bodyJudge(() => {
          throw undefined;
        }),
      },
    ],
    [
      'whose `wants` throws',
      {
        judge: once(busy, {
          wants: () => {
            throw new Error('no');
          },
        }),
      },
    ],
  ])('%s ends the operation', async (_, rule) => {
    const { sent, report } = await play([act(503)], { options: { rules: [rule] } });

    expect([sent, report.decision.reason]).toEqual([1, 'callback-failed']);
    expect(report.callbackError?.message).toMatch(/^(A judge failed|no)$/);
  });

  test('that is asynchronous ends the operation, and its rejection ends nothing else', async () => {
    const judge = bodyJudge((async () => {
      throw new Error('late');
    }) as never);

    expect((await judged(judge, [act(503)], {}, 'GET')).report.decision.reason).toBe('callback-failed');
  });

  test('gets a status and headers, and nothing that could be read', async () => {
    const seen: ProtocolResponse[] = [];
    await judged(
      bodyJudge((response) => void seen.push(response)),
      [act(200)],
    );

    expect(seen.map((response) => [Object.isFrozen(response), Object.keys(response)])).toEqual([
      [true, ['status', 'headers']],
    ]);
  });

  test.each([
    ['application/json', true],
    ['Application/JSON; charset=utf-8', true],
    ['application/x-amz-json-1.0', true],
    ['application/problem+json', true],
    ['application/graphql-response+json', true],
    ['text/xml', true],
    ['application/atom+xml', true],
    ['application/stream+json', false],
    ['application/json-seq', false],
    ['application/connect+json', false],
    ['application/grpc-web+json', false],
    ['application/x-ndjson', false],
    ['text/event-stream', false],
    ['text/plain; note=json', false],
    ['multipart/mixed; boundary=json', false],
    ['application/octet-stream', false],
    ['', false],
  ])('has the body read if it is %j: %j', async (type, isRead) => {
    const { client } = await judged(once(undefined), [act(200, { headers: { 'content-type': type } })]);
    expect(client.looks).toBe(isRead ? 1 : 0);
  });

  test.each([
    ['65536', 1],
    ['65537', 0],
    ['many', 1],
  ])('of a body that announces %s bytes: %i looks', async (length, looks) => {
    const more = { headers: { ...headers, 'content-length': length } };
    expect((await judged(once(undefined), [act(200, more)])).client.looks).toBe(looks);
  });

  test.each([
    ['the attempt', { attemptTimeoutMs: 300 }, 300],
    ['the operation', { deadlineMs: 400 }, 400],
    ['all retries', { retryWindowMs: 500 }, 500],
  ])('waits for a body no longer than the time of %s', async (_, options, atMs) => {
    const seen: [string, number][] = [];
    const signals: AbortSignal[] = [];
    const clock = new VirtualClock();
    const body = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<undefined>(() => {});
    };
    const judge = bodyJudge((_response, text) => void seen.push([text, clock.now()]));
    const start = clock.now();

    const played = await play([act(200, { body })], {
      clock,
      method: 'POST',
      options: { rules: [{ judge }], ...options },
    });

    expect(played.response?.status).toBe(200);
    expect(seen).toEqual([['', start + atMs]]);
    expect(signals[0]?.aborted).toBe(true);
  });

  test('waits until the limit of the attempt, which counts from its start', async () => {
    const clock = new VirtualClock();
    clock.advance(1000);
    const body = () => new Promise<undefined>(() => {});

    await play([act(200, { body, afterMs: 200 })], {
      clock,
      method: 'POST',
      options: { rules: [{ judge: once(undefined) }], attemptTimeoutMs: 300 },
    });

    expect(clock.now()).toBe(1300);
  });

  test('is not asked about a failure', () => {
    const { operation } = stage([], { options: { rules: [{ judge: once(busy) }] } });

    expect(operation.readBody(failure('unknown'), async () => '{}', undefined)).toBeUndefined();
  });

  test('is asked without a body that cannot be read', async () => {
    const texts: string[] = [];
    const body = () => Promise.reject(new Error('cut off'));
    await judged(
      bodyJudge((_, text) => void texts.push(text)),
      [act(200, { body })],
    );

    expect(texts).toEqual(['']);
  });

  test('is skipped after an abort, and an abort meanwhile is answered', async () => {
    const caller = new AbortController();
    const body = () => {
      caller.abort(new Error('enough'));
      return new Promise<undefined>(() => {});
    };
    const { error, sent } = await play([act(200, { body })], {
      signal: caller.signal,
      options: { rules: [{ judge: once(busy) }] },
    });

    expect([(error as Error).message, sent]).toEqual(['enough', 1]);
  });

  test('is not asked about an opaque response', async () => {
    const judge = once(busy);
    await judged(judge, [act(0)], {}, 'GET');
    expect(judge({ status: 0, headers: new Headers() }, '')).toBe(busy);
  });
});

test("a protocol's judge runs after a rule's judge, with the request", async () => {
  const bodies: (string | undefined)[] = [];
  const speaking = (wants?: () => boolean) =>
    protocol({
      name: 'Test',
      read: ({ url }) => (url.includes('ours') ? { subject: 'a thing', semantics: 'method' } : undefined),
      judge: bodyJudge(
        (_response, _text, request) => {
          bodies.push(request?.method);
          return bodies.length > 1 ? undefined : refusal;
        },
        { wants },
      ),
    });
  const answering: Rule = { url: /ruled/, judge: bodyJudge(() => ({ verdict: 'final', subject: 'rule' })) };
  const quiet: Rule = { judge: bodyJudge(() => undefined) };
  const options = { protocols: [speaking()], rules: [answering, quiet] };
  const sentTo = async (url: string, given = options) =>
    (await play([act(200)], { method: 'POST', url, options: given })).sent;

  expect(await sentTo('http://origin.test/theirs')).toBe(1);
  expect(await sentTo('http://origin.test/ruled/ours')).toBe(1);
  expect(await sentTo('http://origin.test/ours', { ...options, protocols: [speaking(() => false)] })).toBe(1);
  expect(bodies).toEqual([]);
  const silent = protocol({ name: 'Silent', read: () => undefined });
  expect(await sentTo('http://origin.test/ours', { ...options, protocols: [silent, speaking()] })).toBe(2);
  expect(bodies).toEqual(['POST', 'POST']);
});

describe('of several protocols', () => {
  const silent = protocol({ name: 'Silent', read: () => undefined });
  const judging = (isOurs: boolean) =>
    protocol({
      name: 'Test',
      read: () => (isOurs ? { subject: 'a thing', semantics: 'method' } : undefined),
      judge: once(refusal),
    });

  test('one with a judge is enough', async () => {
    const protocols = [silent, judging(true)];

    expect((await play([act(200)], { method: 'POST', options: { protocols } })).sent).toBe(2);
  });

  test('one that does not know the request is not asked to judge', async () => {
    const options = { protocols: [silent, judging(false)], rules: [{ attemptTimeoutMs: 500 }] };

    const { sent, report } = await play([act(200)], { method: 'POST', options });

    expect([sent, report.decision.reason]).toEqual([1, 'succeeded']);
  });
});

test('the judge of an inner policy counts, unless the outer one has its own', async () => {
  const inner = policyWith({ rules: [{ judge: once(refusal) }] });
  const over = policyOver(policyWith({ backoff: () => 1 }), inner);
  const both = policyOver(policyWith({ rules: [{ judge: bodyJudge(() => undefined) }] }), inner);
  const ruleUnder = (await import('../../src/decision/rule-under.ts')).ruleUnder;
  const traits = { method: 'POST', url: 'http://origin.test/', headers: new Headers() };

  expect(ruleUnder(over.settings, traits)?.judge).toBe(inner.settings.rules[0]?.judge);
  expect(ruleUnder(both.settings, traits)?.judge).toBe(both.settings.rules[0]?.judge);
});

test('a success without a judge is not looked at', async () => {
  const { client } = await play([act(200)], {
    options: { protocols: [protocol({ name: 'Test', read: () => undefined })] },
  });
  expect(client.looks).toBe(0);
});

test.each([
  [() => bodyJudge('slack' as never), 'the judge must be a function, not "slack"'],
  [() => bodyJudge(() => undefined, { want: 1 } as never), 'bodyJudge has no member "want", only wants'],
  [() => bodyJudge(() => undefined, { wants: true } as never), 'wants must be a function, not true'],
  [
    () => policyWith({ rules: [{ judge: (() => undefined) as never }] }),
    'rules[0].judge must be made by bodyJudge((response, text) => answer), not a function',
  ],
])('what is no judge is refused', (make, message) => {
  expect(make).toThrow(new TypeError(message));
});
