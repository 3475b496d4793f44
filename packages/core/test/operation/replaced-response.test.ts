import { expect, test } from 'vitest';
import type { ResponseOutcome } from '../../src/decision/outcome.ts';
import { Operation } from '../../src/operation/operation.ts';
import { policyFrom } from '../../src/operation/policy.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';

const answer = (status: number, headers: Record<string, string> = {}): ResponseOutcome => ({
  type: 'response',
  status,
  headers: new Headers(headers),
});

function operationFor(method: string, options?: RequestRetryOptions): Operation {
  return new Operation(
    policyFrom({ backoff: () => 1 }),
    { method, url: 'http://origin.test/', headers: new Headers() },
    options,
  );
}

test.each([
  ['GET', 200, 503, 'retry', 'safe-method', 'not-applied'],
  ['PUT', 200, 503, 'retry', 'idempotent-method', 'applied'],
  ['POST', 200, 503, 'stop', 'not-repeatable', 'applied'],
  ['POST', 500, 425, 'stop', 'not-repeatable', 'maybe-applied'],
  ['POST', 425, 425, 'retry', 'refused', 'not-applied'],
  ['POST', 425, 503, 'stop', 'not-repeatable', 'not-applied'],
  ['PUT', 503, 404, 'stop', 'final-status', 'maybe-applied'],
  ['PUT', 404, 200, 'stop', 'succeeded', 'not-applied'],
])('%s that the server answers %i, shown as %i: %s, %s, and %s', (method, status, shown, action, reason, effect) => {
  const operation = operationFor(method);
  operation.begin();

  const decision = operation.judge(answer(status), { aborted: false, bodyUsed: false, replacedBy: answer(shown) });

  expect(decision).toMatchObject({ action, reason });
  expect(operation.report()).toMatchObject({ effect, attempts: [{ outcome: { status } }] });
});

test("a hook's response can't shorten the server's requested wait", () => {
  const operation = operationFor('GET');
  operation.begin();
  const asked = answer(429, { 'retry-after': '2' });

  const decision = operation.judge(asked, { aborted: false, bodyUsed: false, replacedBy: answer(503) });

  expect(decision).toMatchObject({ action: 'retry', waitMs: expect.toSatisfy((ms: number) => ms >= 1990) });
});

test("a client's own option can forbid a retry", () => {
  const operation = operationFor('GET');
  operation.begin();

  expect(operation.judge(answer(503), { aborted: false, bodyUsed: false, vetoed: true })).toEqual({
    action: 'stop',
    reason: 'caller-veto',
  });
});

test('one request can have a limit of its own on pushback', () => {
  const operation = operationFor('GET', { maxPushbackMs: 1000 });
  operation.begin();

  const decision = operation.judge(answer(503, { 'retry-after': '2' }), { aborted: false, bodyUsed: false });

  expect(decision).toEqual({ action: 'stop', reason: 'pushback-too-long', askedMs: expect.any(Number) });
});
