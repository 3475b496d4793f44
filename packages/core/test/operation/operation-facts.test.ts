import { VirtualClock } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { bodyJudge } from '../../src/operation/body-judge.ts';
import { Operation } from '../../src/operation/operation.ts';
import { protocol } from '../../src/operation/protocol.ts';
import { reauthorize } from '../../src/operation/reauthorize.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { failure, request, response } from '../support/situations.ts';
import { play, policyWith, stage } from '../support/stage.ts';

/** Reads the semantics of a request in its body. */
const reading = protocol({
  name: 'Test',
  read: ({ body }) => ({ subject: 'a thing', semantics: body() as 'safe' }),
});

const end = { aborted: false, bodyUsed: false };

describe('what a client must know before it sends', () => {
  test.each<[string, string, RetryOptions, RequestRetryOptions | undefined, boolean, boolean]>([
    ['a GET', 'GET', {}, undefined, true, false],
    ['a POST', 'POST', {}, undefined, false, true],
    ['a PUT', 'PUT', {}, undefined, true, true],
    ['a POST with a key', 'POST', {}, { idempotencyKey: 'order-7' }, true, true],
    ['a POST declared as repeatable', 'POST', {}, { idempotent: true }, true, true],
    ['a GET declared as not repeatable', 'GET', {}, { idempotent: false }, false, true],
    ['a GET that a rule forbids to repeat', 'GET', { rules: [{ repeat: 'never' }] }, undefined, false, true],
    ['a GET that a protocol may read', 'GET', { protocols: [reading] }, undefined, true, true],
    ['a POST that a protocol may read', 'POST', { protocols: [reading] }, undefined, true, true],
  ])('%s', (_, method, options, own, mayRepeat, mayChange) => {
    const { operation } = stage([], { method, options, ...(own && { request: own }) });

    expect(operation).toMatchObject({ mayRepeat, mayChange, mayRenew: false, mayJudge: false, mayExamine: false });
  });

  test('a request that a protocol read', () => {
    const operationOf = (body: string, method = 'POST') =>
      new Operation(policyWith({ protocols: [reading] }), request(method), undefined, undefined, body);
    const [safe, unsafe] = [operationOf('safe'), operationOf('unsafe')];
    expect([safe.repeatable, unsafe.repeatable]).toEqual([true, false]);

    expect(safe).toMatchObject({ mayRepeat: true, mayChange: false });
    expect(unsafe).toMatchObject({ mayRepeat: false, mayChange: true });
    const replaced = operationOf('safe', 'GET');
    expect(replaced.repeatable).toBe(true);
    replaced.replaceRequest(request('GET'), 'safe');
    expect(replaced.mayChange).toBe(true);
  });

  test('whether its outcome may have to be examined', () => {
    const renewing = reauthorize({ origins: ['http://origin.test'], credential: () => 'token', refresh() {} });
    const judge = bodyJudge(() => undefined);
    const [renewed, judged] = [{ reauthorize: renewing }, { rules: [{ judge }] }].map(
      (options) => stage([], { options }).operation,
    );

    expect(renewed).toMatchObject({ mayRenew: true, mayJudge: false, mayExamine: true });
    expect(judged).toMatchObject({ mayRenew: false, mayJudge: true, mayExamine: true });
  });
});

test('a deadline counts from the start of the operation, not of the clock', async () => {
  const clock = new VirtualClock();
  clock.advance(1000);

  const { sent } = await play([{ status: 503 }, { hangs: true }], { clock, options: { deadlineMs: 700 } });

  expect([sent, clock.now()]).toEqual([2, 1700]);
});

test('a question about a retry leaves the operation as it is', () => {
  const { operation } = stage([]);
  operation.begin();

  expect(operation.wouldRetry(failure('unknown'), end)).toBe(true);
  expect(operation.wouldRetry(response(404), end)).toBe(false);
  expect(operation.report().attempts).toEqual([]);
});
