import type { VirtualClock } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import type { Protocol, ProtocolReading } from '../../src/decision/protocol.ts';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { CallbackError } from '../../src/operation/errors.ts';
import { explain } from '../../src/operation/explain.ts';
import { Operation } from '../../src/operation/operation.ts';
import { type Policy, policyOver } from '../../src/operation/policy.ts';
import { protocol } from '../../src/operation/protocol.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { failure, request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

/** A protocol that reads the semantics of a request in its body, and counts how often it is asked. */
function reader(also: Partial<ProtocolReading> = {}, members: Partial<Protocol> = {}) {
  const asked: (string | undefined)[] = [];
  const made = protocol({
    name: 'Test',
    read({ body }) {
      const text = body();
      asked.push(text);
      if (text === 'broken') throw new Error('cannot read it');
      return text ? { subject: `a ${text} thing`, semantics: text as 'safe', ...also } : undefined;
    },
    ...members,
  });
  return { asked, protocol: made };
}

const lost: Act = { fails: 'unknown' };
const elsewhere = request('POST', {}, 'http://origin.test/elsewhere');

async function run(policy: Policy, acts: readonly Act[], body: unknown, method = 'POST') {
  const operation = new Operation(policy, request(method), undefined, undefined, body);
  const client = new ScriptedClient(policy.clock as VirtualClock, acts);
  const settled = runOperation(operation, client).catch((error: unknown) => error);
  await (policy.clock as VirtualClock).run(settled);
  return { operation, report: operation.report(), sent: client.sentAtMs.length };
}

const policyOf = (...protocols: Protocol[]) => policyWith({ protocols, backoff: () => 100, maxAttempts: 2 });

describe('a protocol', () => {
  test.each([
    ['text', 'safe'],
    ['bytes', new TextEncoder().encode('safe')],
    ['a part of a buffer', new TextEncoder().encode('safe').buffer],
    ['a function', () => 'safe'],
  ])('reads a body that is %s', async (_, body) => {
    const { protocol } = reader();

    expect((await run(policyOf(protocol), [lost], body)).sent).toBe(2);
  });

  test.each(['POST', 'GET'])('that answers with an unknown value permits no retry of %s', async (method) => {
    const { protocol } = reader();

    expect((await run(policyOf(protocol), [lost], 'harmless', method)).sent).toBe(1);
  });

  test.each<[string, unknown]>([
    ['no word', { subject: 'a thing' }],
    ['a name from every object', { subject: 'a thing', semantics: 'constructor' }],
    ['an object as its word', { subject: {}, semantics: {}, transientStatuses: 'all' }],
    ['text', 'safe'],
    ['true', true],
    ['a promise', async () => ({ subject: 'a thing', semantics: 'unsafe' })],
    ['a promise that is rejected', async () => Promise.reject(new Error('away'))],
  ])('that answers with %s permits nothing', async (_, reading) => {
    const read = typeof reading === 'function' ? reading : () => reading;
    const answering = protocol({ name: 'Test', read: read as Protocol['read'] });

    const { sent, report } = await run(policyOf(answering), [{ status: 503 }], 'x', 'GET');

    expect(sent).toBe(1);
    expect(report.effect).toBe('maybe-applied');
    expect(explain(report)).not.toMatch(/undefined|object Object/);
  });

  test('that names no list of statuses makes none transient', async () => {
    const { protocol } = reader({ transientStatuses: { filter: 1 } as never });

    expect((await run(policyOf(protocol), [{ status: 503 }, { status: 404 }], 'safe')).sent).toBe(2);
  });

  test('does not see a body that can be read only once', async () => {
    const { protocol, asked } = reader();

    expect((await run(policyOf(protocol), [lost], new ReadableStream())).sent).toBe(1);
    expect(asked).toEqual([undefined]);
  });

  test('is named with its reason in the decision and in the explanation', async () => {
    const { operation, report } = await run(policyOf(reader().protocol), [lost, lost], 'idempotent');

    expect(report.attempts.map(({ decision }) => decision)).toMatchObject([
      { action: 'retry', reason: 'protocol-idempotent', subject: 'a idempotent thing' },
      { action: 'stop', reason: 'attempts-exhausted', subject: 'a idempotent thing' },
    ]);
    expect(explain(operation.report())).toContain(
      'Retry after 100 ms: the protocol says that a duplicate is harmless (a idempotent thing).',
    );
  });

  test('is asked once, after the first failure', async () => {
    const { protocol, asked } = reader();
    await run(policyOf(protocol), [], 'safe');
    expect(asked).toEqual([]);

    await run(policyOf(protocol), [lost, lost], 'safe');
    expect(asked).toEqual(['safe']);
  });

  test('is not asked after a success that a rule looks at', async () => {
    const { protocol, asked } = reader();

    await run(policyWith({ protocols: [protocol], rules: [{ transientStatuses: [403] }] }), [{ status: 200 }], 'safe');

    expect(asked).toEqual([]);
  });

  test('that throws ends the operation, and the report has its error', async () => {
    const { report, sent } = await run(policyOf(reader().protocol), [lost], 'broken', 'GET');

    expect(sent).toBe(1);
    expect(report.decision.reason).toBe('callback-failed');
    expect(report.callbackError?.message).toBe('cannot read it');
    expect(report.effect).toBe('maybe-applied');
  });

  test('speaks only if no other one before it recognizes the request', async () => {
    const first = reader();
    const second = reader();

    await run(
      policyOf(protocol({ name: 'None', read: () => undefined }), first.protocol, second.protocol),
      [lost],
      'safe',
    );

    expect([first.asked, second.asked]).toEqual([['safe'], []]);
  });

  test('makes a status transient, but allows nothing by that', async () => {
    const { protocol } = reader({ transientStatuses: [409, 200] });

    const safe = await run(policyOf(protocol), [{ status: 409 }], 'safe');
    const unsafe = await run(policyOf(protocol), [{ status: 409 }], 'unsafe');
    const success = await run(policyOf(protocol), [lost, { status: 200 }], 'safe');

    expect([safe.sent, unsafe.sent, success.sent]).toEqual([2, 1, 2]);
  });

  test('leaves nothing in doubt if the request is safe', async () => {
    const { report } = await run(policyOf(reader().protocol), [lost, lost], 'safe');

    expect(report).toMatchObject({ effect: 'not-applied', effectReason: 'protocol-safe' });
    expect(explain(report)).toContain(
      'Effect: nothing to apply, because the protocol says that the request changes nothing',
    );
  });

  test('of a policy inside counts after the outer ones', async () => {
    const inner = policyOf(reader().protocol);
    const outer = policyOver(policyWith({ backoff: () => 100 }), inner);

    expect((await run(outer, [lost], 'safe')).sent).toBe(2);
  });
});

describe('a request that replaces another', () => {
  test.each([
    ['safe', 'unsafe', false],
    ['unsafe', 'safe', false],
    ['safe', 'safe', true],
    ['safe', undefined, false],
    ['safe', 'broken', false],
  ])('%s, then %s: may be sent again: %s', (first, second, repeatable) => {
    const operation = new Operation(policyOf(reader().protocol), request('POST'), undefined, undefined, first);

    operation.replaceRequest(request('POST'), second);

    expect(operation.repeatable).toBe(repeatable);
  });

  test('after a failure is judged by its own body', async () => {
    const { operation } = await run(policyOf(reader().protocol), [lost], 'safe');
    const later = new Operation(policyOf(reader().protocol), request('POST'), undefined, undefined, 'safe');
    later.begin();
    later.judge(
      { type: 'failure', kind: 'network', delivery: 'unknown', error: 0 },
      { aborted: false, bodyUsed: false },
    );

    later.replaceRequest(request('POST'), 'safe');
    expect(later.repeatable).toBe(true);
    later.replaceRequest(request('POST'), 'unsafe');

    expect(later.repeatable).toBe(false);
    expect(operation.repeatable).toBe(true);
  });

  test('after a failure is judged at once', () => {
    const operation = new Operation(policyOf(reader().protocol), request('GET'), undefined, undefined, 'safe');
    operation.judge(failure('unknown'), { aborted: false, bodyUsed: false });
    const { url } = elsewhere;

    operation.replaceRequest(request('GET', {}, url), 'unsafe');

    expect(operation.traits.url).toBe(url);
  });

  test('before a failure is not read', () => {
    const { protocol, asked } = reader();
    const operation = new Operation(policyOf(protocol), request('POST'), undefined, undefined, 'safe');

    operation.replaceRequest(request('POST'), 'unsafe');

    expect(asked).toEqual([]);
  });

  test('and permits as much is not judged in its place', () => {
    const operation = new Operation(policyOf(reader().protocol), request('POST'), undefined, undefined, 'safe');

    operation.replaceRequest(elsewhere, 'safe');

    expect([operation.repeatable, operation.traits.url]).toEqual([true, request('POST').url]);
  });

  test('is read by the protocols of an inner policy too', () => {
    const operation = new Operation(policyOf(), request('GET'));

    operation.replaceRequest(request('GET'), 'unsafe', policyOf(reader().protocol).settings);

    expect(operation.repeatable).toBe(false);
  });

  test('and permits less by its method leaves the first one in question', () => {
    const operation = new Operation(policyOf(reader().protocol), request('GET'), undefined, undefined, 'unsafe');

    operation.replaceRequest(request('PUT'), 'idempotent');

    expect([operation.repeatable, operation.traits.method]).toEqual([false, 'GET']);
  });

  test('is read once by each protocol', () => {
    const { protocol, asked } = reader();
    const operation = new Operation(policyOf(protocol), request('PUT'), undefined, undefined, '');

    operation.replaceRequest(request('PUT'), '');

    expect([operation.repeatable, asked]).toEqual([true, ['', '']]);
  });

  test('is not read any more when the operation is over, and its body is free', async () => {
    const { protocol, asked } = reader();
    const operation = new Operation(policyOf(protocol), request('POST'), undefined, undefined, 'safe');
    operation.replaceRequest(request('POST'), 'safe');

    operation.settle({});

    expect([operation.repeatable, asked]).toEqual([false, []]);
  });
});

describe('a key that a protocol names', () => {
  const named = (make: 'always' | 'for-retries' | 'never') =>
    reader({ idempotencyKey: { scheme: { header: 'X-Key' }, make }, semantics: 'method' }, { namesKeys: true });

  test.each([
    ['always', 1, true],
    ['for-retries', 1, false],
    ['for-retries', 2, true],
    ['never', 2, false],
  ] as const)('made %s, with %i attempts: sent: %s', (make, maxAttempts, isSent) => {
    const policy = policyWith({ protocols: [named(make).protocol], maxAttempts });

    const { keyHeaders, repeatable } = new Operation(policy, request('POST'), undefined, undefined, 'x');

    expect(keyHeaders.map(([name]) => name)).toEqual(isSent ? ['X-Key'] : []);
    expect(repeatable).toBe(isSent);
  });

  test.each(['POST', 'GET'])("is the caller's own, if that gives one: %s", (method) => {
    const policy = policyOf(named('never').protocol);

    const { keyHeaders } = new Operation(policy, request(method), { idempotencyKey: 'order-7' }, undefined, 'x');

    expect(keyHeaders).toEqual([['X-Key', 'order-7']]);
  });

  test('is none for a request that the protocol does not know', () => {
    const { keyHeaders } = new Operation(policyOf(named('always').protocol), request('POST'), undefined, undefined, '');

    expect(keyHeaders).toEqual([]);
  });

  test('comes after that of the policy', () => {
    const { protocol, asked } = named('always');
    const idempotencyKey = customKeyScheme({ header: 'Idempotency-Key' });

    const { keyHeaders } = new Operation(
      policyWith({ protocols: [protocol], idempotencyKey }),
      request('POST'),
      undefined,
      undefined,
      'x',
    );

    expect(keyHeaders.map(([name]) => name)).toEqual(['Idempotency-Key']);
    expect(asked).toEqual([]);
  });

  test('is not wanted for GET, nor from a protocol that names none', () => {
    const { protocol, asked } = named('always');
    new Operation(policyOf(protocol), request('GET'), undefined, undefined, 'x');
    const silent = reader();
    new Operation(policyOf(silent.protocol), request('POST'), undefined, undefined, 'x');

    expect([asked, silent.asked]).toEqual([[], []]);
  });

  test('cannot be made by a protocol that throws, and then nothing is sent', () => {
    const { protocol } = named('always');

    const make = () => new Operation(policyOf(protocol), request('POST'), undefined, undefined, 'broken');

    expect(make).toThrow(CallbackError);
    expect(make).toThrow(/^A protocol failed, so POST .* was not sent/);
  });
});

test.each([
  [
    [{ name: 'x', read() {} }],
    'protocols[0] must be made by protocol({ name, read }), or by a function such as graphql(), not an object',
  ],
  [
    [undefined],
    'protocols[0] must be made by protocol({ name, read }), or by a function such as graphql(), not undefined',
  ],
  ['graphql', 'protocols must be an array, not "graphql"'],
])('protocols: %j is refused', (protocols, message) => {
  expect(() => policyWith({ protocols: protocols as never })).toThrow(message);
});

test.each([
  [{ read() {} }, 'name of a protocol must be a string, not null'],
  [{ name: 'x' }, 'read of a protocol must be a function, not null'],
  [
    { name: 'x', read() {}, judge: () => undefined },
    'judge of a protocol must be made by bodyJudge((response, text) => answer), not a function',
  ],
])('no protocol is made of %j', (given, message) => {
  expect(() => protocol(given as never)).toThrow(new TypeError(message));
});
