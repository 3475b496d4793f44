import { VirtualClock } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import type { Client } from '../../src/operation/client.ts';
import { mayRepeatEnded, openOperation } from '../../src/operation/open-operation.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import { DEFAULTS } from '../../src/options/defaults.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { type Act, ScriptedClient, type ScriptedResponse } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

/** A loop above that calls again after every failure. Returns how often each call was sent. */
async function sends(calls: number, everyMs: number, options: RetryOptions, retry?: RequestRetryOptions) {
  const clock = new VirtualClock();
  const policy = policyWith({ skipWaits: true, ...options }, clock);
  const counts: number[] = [];
  for (let call = 0; call < calls; call++) {
    const client = new ScriptedClient(clock, Array(9).fill({ status: 503 }), new AbortController().signal);
    const operation = openOperation(policy, request('GET'), retry);
    await clock.run(runOperation(operation, client).catch(() => {}));
    counts.push(client.sentAtMs.length);
    await clock.run(new Promise<void>((resolve) => clock.after(everyMs, resolve)));
  }
  return counts;
}

test('an outer loop gets two more attempts within seconds, then the last outcome', async () => {
  expect(await sends(6, 1000, { outerRetries: 'judge' })).toEqual([3, 1, 1, 0, 0, 0]);
});

test('the bound follows maxAttempts of the call', async () => {
  expect(await sends(5, 1000, { outerRetries: 'judge' }, { maxAttempts: 1 })).toEqual([1, 1, 1, 0, 0]);
});

test('a caller that polls more slowly is always sent', async () => {
  expect(await sends(6, 11_000, { outerRetries: 'judge' })).toEqual([3, 1, 1, 1, 1, 1]);
});

test('a caller in a tight loop is sent once in ten seconds', async () => {
  const counts = await sends(30, 2000, { outerRetries: 'judge' });

  expect(counts.slice(3).filter((count) => count > 0)).toEqual([1, 1, 1, 1]);
});

test('after a minute, a call is a new operation', async () => {
  expect(await sends(2, 61_000, { outerRetries: 'judge' })).toEqual([3, 3]);
});

test('without the option nothing is held back', async () => {
  expect(await sends(3, 1000, {})).toEqual([3, 3, 3]);
});

/** A policy with a client above that sends POSTs with the body `order`, each as long as its act says. */
function shop(options: RetryOptions = {}, members: Partial<Client<ScriptedResponse>> = {}) {
  const clock = new VirtualClock();
  const policy = policyWith({ outerRetries: 'judge', skipWaits: true, maxAttempts: 1, ...options }, clock);
  const post = async (
    act: Act,
    retry?: RequestRetryOptions,
    headers?: Record<string, string>,
    signal?: AbortSignal,
    body: unknown = 'order',
  ) => {
    const client = Object.assign(new ScriptedClient(clock, [act], signal), members);
    const operation = openOperation(policy, request('POST', headers), retry, body);
    const { keyHeaders } = operation;
    const settled = await clock.run(runOperation(operation, client).catch((error: unknown) => error));
    return { sent: client.sentAtMs.length, key: keyHeaders[0]?.[1], reason: operation.decision.reason, settled };
  };
  const pass = (ms: number) => clock.run(new Promise<void>((resolve) => clock.after(ms, resolve)));
  return { post, pass, policy };
}

const doubt: Act = { fails: 'unknown' };
const aws = (key: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261127/eu/s3/aws4_request, Signature=${signature}`;
const scheme = (windowMs: number) => customKeyScheme({ header: 'Order-Key', windowMs });

describe('equal calls at once', () => {
  test('are kept apart: each repeat continues another one, with its key', async () => {
    const { post } = shop({ idempotencyKey: scheme(1e6) });

    const first = await Promise.all([post({ ...doubt, afterMs: 5 }), post({ ...doubt, afterMs: 10 })]);
    const repeats = await Promise.all([post({ ...doubt, afterMs: 5 }), post({ status: 200, afterMs: 10 })]);

    expect(new Set(first.map(({ key }) => key)).size).toBe(2);
    expect(repeats.map(({ key }) => key).sort()).toEqual(first.map(({ key }) => key).sort());
  });

  test('a third one is a new operation, and the ended ones are still known', async () => {
    const { post } = shop({ idempotencyKey: scheme(1e6) });
    const { key } = await post(doubt);

    const [second, third] = await Promise.all([post({ ...doubt, afterMs: 5 }), post({ status: 200, afterMs: 10 })]);

    expect(second.key).toBe(key);
    expect(third.key).not.toBe(key);
    expect((await post({ status: 200 })).key).toBe(key);
  });
});

describe('a key of the caller makes an operation of its own', () => {
  test.each<[string, RequestRetryOptions | undefined, Record<string, string> | undefined, RetryOptions]>([
    ['in the options', { idempotencyKey: 'other' }, undefined, {}],
    ['in the header of the scheme', undefined, { 'order-key': 'other' }, { idempotencyKey: scheme(1e6) }],
    [
      'in the header of a rule',
      undefined,
      { 'order-key': 'other' },
      { rules: [{ method: 'POST', idempotencyKey: scheme(1e6) }] },
    ],
    ['in a known header', undefined, { 'idempotency-key': 'other' }, {}],
  ])('%s', async (_, retry, headers, options) => {
    const { post } = shop(options);
    await post(doubt);

    const { sent, reason } = await post({ status: 200 }, retry, headers);

    expect([sent, reason]).toEqual([1, 'succeeded']);
  });

  test('and a repeat sends no other key beside it', async () => {
    const { post } = shop();
    const headers = { 'x-idempotency-key': 'order-7' };
    await post(doubt, undefined, headers);

    expect(await post({ status: 200 }, undefined, headers)).toMatchObject({ sent: 1, key: undefined });
  });

  test('and the same key continues the same one', async () => {
    const { post } = shop({ maxAttempts: 3 });
    await post(doubt, { idempotencyKey: 'order-7', maxAttempts: 1 });

    expect((await post({ status: 503 }, { idempotencyKey: 'order-7' })).reason).toBe('outer-retry');
  });
});

describe("what one caller was answered is not another's", () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['token', { authorization: 'Bearer a' }, { authorization: 'Bearer b' }],
    ['password', { authorization: 'Basic YTph' }, { authorization: 'Basic YTpi' }],
    ['x-api-key', { 'x-api-key': 'a' }, { 'x-api-key': 'b' }],
    ['api-key', { 'api-key': 'a' }, { 'api-key': 'b' }],
    ['cookie', { cookie: 'session=a' }, { cookie: 'session=b' }],
    ['field', { 'x-api-key': 'a' }, { 'api-key': 'a' }],
    ['access key', { authorization: aws('A', '1') }, { authorization: aws('B', '1') }],
  ])('another %s', async (_, first, second) => {
    const { post } = shop();
    await post(doubt, undefined, first);

    expect((await post({ status: 200 }, undefined, second)).sent).toBe(1);
    expect((await post({ status: 200 }, undefined, first)).sent).toBe(0);
  });

  test.each([
    ['AWS', aws('A', '1'), aws('A', '2')],
    ['OAuth 1', 'OAuth oauth_signature="1"', 'OAuth oauth_signature="2"'],
  ])('but a new signature of %s is the same caller', async (_, first, second) => {
    const { post } = shop();
    await post(doubt, undefined, { authorization: first });

    expect((await post({ status: 200 }, undefined, { authorization: second })).sent).toBe(0);
  });
});

describe('without the option, a repeat is known by the number that an SDK gives it', () => {
  test.each<[string, Record<string, string>, Record<string, string>, number]>([
    ['Stainless', { 'x-stainless-retry-count': '0' }, { 'x-stainless-retry-count': '1' }, 0],
    ['Stainless, tenth', { 'x-stainless-retry-count': '9' }, { 'x-stainless-retry-count': '10' }, 0],
    ['Stainless, another first', { 'x-stainless-retry-count': '0' }, { 'x-stainless-retry-count': '0' }, 1],
    ['Supabase', { 'x-retry-count': '1' }, { 'x-retry-count': '2' }, 0],
    ['Supabase, whose first one has no number', {}, { 'x-retry-count': '1' }, 1],
    ['AWS', { 'amz-sdk-request': 'attempt=1; max=3' }, { 'amz-sdk-request': 'attempt=2; max=3' }, 0],
    ['AWS, tenth', { 'amz-sdk-request': 'attempt=9' }, { 'amz-sdk-request': 'attempt=10' }, 0],
    ['AWS, another first', { 'amz-sdk-request': 'attempt=1' }, { 'amz-sdk-request': 'attempt=1; max=3' }, 1],
    ['no number', {}, {}, 1],
  ])('%s', async (_, first, second, sent) => {
    const { post } = shop({ outerRetries: 'proved' });
    await post(doubt, undefined, first);

    const repeat = await post({ status: 200 }, undefined, second);
    expect([repeat.sent, repeat.reason]).toEqual([sent, sent === 0 ? 'outer-retry-refused' : 'succeeded']);
  });

  test('an object as the body is no number', async () => {
    const { post } = shop({ outerRetries: 'proved' });
    const first = { 'x-stainless-retry-count': '0' };
    const body = () => new URLSearchParams({ id: '7' });
    await post(doubt, undefined, first, undefined, body());

    expect((await post({ status: 200 }, undefined, first, undefined, body())).sent).toBe(1);
  });

  test('and has no bound, since the SDK counts', async () => {
    const { post } = shop({ outerRetries: 'proved' });
    const sent: number[] = [];
    for (let number = 0; number < 9; number++)
      sent.push((await post({ fails: 'never-sent' }, undefined, { 'x-stainless-retry-count': `${number}` })).sent);

    expect(sent).toEqual(Array(9).fill(1));
  });

  test('and off means off', async () => {
    const { post } = shop({ outerRetries: 'off' });
    await post(doubt, undefined, { 'x-stainless-retry-count': '0' });

    expect((await post({ status: 200 }, undefined, { 'x-stainless-retry-count': '1' })).sent).toBe(1);
  });
});

test('remembers the latest operations in doubt, up to a bound', async () => {
  const { post, pass } = shop();
  await pass(60_000);
  const nth = (number: number) => ({ cookie: String(number) });
  for (let number = 0; number <= DEFAULTS.maxOrigins; number++) await post(doubt, undefined, nth(number));

  const repeats = await Promise.all(
    [0, 1, DEFAULTS.maxOrigins].map((number) => post({ status: 200 }, undefined, nth(number))),
  );
  expect(repeats.map(({ sent }) => sent)).toEqual([1, 0, 0]);
});

test('what ended a minute ago makes room for the latest', async () => {
  const { post, pass, policy } = shop({ rules: [{ repeat: 'always' }] });
  await post(doubt, undefined, { cookie: 'a' });
  await pass(61_000);
  await post(doubt);
  await post({ status: 200 });

  expect(mayRepeatEnded(policy, request('POST'))).toBe(false);
});

describe('doubt stays', () => {
  const aborted = async ({ post }: Pick<ReturnType<typeof shop>, 'post'>, headers?: Record<string, string>) => {
    const controller = new AbortController();
    const ending = post({ hangs: true }, undefined, headers, controller.signal);
    controller.abort(new Error('out of time'));
    return ending;
  };

  test('after an abort, until the minute is over', async () => {
    const { post, pass } = shop();
    await aborted({ post });

    const { sent, settled } = await post({ status: 200 });
    expect([sent, (settled as Error).message]).toEqual([0, 'out of time']);
    await pass(61_000);
    expect((await post({ status: 200 })).sent).toBe(1);
  });

  test('while a repeat with the key is aborted too', async () => {
    const all = shop({ idempotencyKey: scheme(1e6) });
    const { key } = await all.post(doubt);

    expect((await aborted(all)).key).toBe(key);
    expect((await all.post({ status: 200 })).key).toBe(key);
    expect((await all.post({ status: 200 })).key).not.toBe(key);
  });

  test('when a repeat could not be made', async () => {
    const { post } = shop({ idempotencyKey: scheme(1e6) });
    const { key } = await post(doubt);

    await expect(post({ status: 200 }, { maxAttempts: 0 })).rejects.toThrow(RangeError);

    expect((await post({ status: 200 })).key).toBe(key);
  });

  test('when another call could not be made', async () => {
    const { post } = shop();
    await expect(post({ status: 200 }, { maxAttempts: 0 })).rejects.toThrow(RangeError);
    await post(doubt);

    expect((await post({ status: 200 })).sent).toBe(0);
  });

  test('when a repeat was a mistake of the caller', async () => {
    const { post } = shop({ idempotencyKey: scheme(1e6) });
    const { key } = await post(doubt);
    await post({ fails: 'never-sent', kind: 'programmer-error' });

    expect((await post({ status: 200 })).key).toBe(key);
  });

  test('and an abort that left none is forgotten', async () => {
    const { post } = shop({ maxAttempts: 3 });
    const controller = new AbortController();
    controller.abort();
    await post({ status: 200 }, undefined, undefined, controller.signal);

    expect((await post({ fails: 'never-sent' })).sent).toBe(2);
  });
});

describe('a repeat that is not sent', () => {
  test('has a copy of the response, if the client makes copies', async () => {
    const snapshot = ({ status, headers }: ScriptedResponse) => {
      let copies = 0;
      return () => ({ status, headers, body: `copy ${++copies}` });
    };
    const { post } = shop({}, { snapshot });
    await post({ status: 500 });

    expect((await post({ status: 200 })).settled).toMatchObject({ status: 500, body: 'copy 1' });
    expect((await post({ status: 200 })).settled).toMatchObject({ status: 500, body: 'copy 2' });
  });

  test.each<[string, Act, RequestRetryOptions]>([
    ['none of them arrived', { fails: 'never-sent' }, {}],
    ['a duplicate would be harmless', doubt, { idempotent: true }],
  ])('says that its attempts are used, if %s', async (_, act, retry) => {
    const { post } = shop();
    for (let number = 0; number < 3; number++) await post(act, retry);

    expect(await post({ status: 200 }, retry)).toMatchObject({ sent: 0, reason: 'attempts-exhausted' });
  });
});

test('a call of the same request after the end of a repeat is a new operation', async () => {
  const { post } = shop();
  await post(doubt, { idempotent: true });
  await post({ status: 200 }, { idempotent: true });

  expect(await post({ status: 200 })).toMatchObject({ sent: 1, reason: 'succeeded' });
});

test.each<[string, RetryOptions, Record<string, string>, boolean]>([
  ['a repeat by its number', { outerRetries: 'proved' }, { 'x-stainless-retry-count': '1' }, true],
  ['no repeat by its number', { outerRetries: 'proved' }, { 'x-stainless-retry-count': '0' }, false],
  ['any request, if the policy says so', {}, {}, true],
])('once an operation ended in doubt, a body is read first for %s', async (_, options, headers, isRead) => {
  const { post, policy } = shop(options);
  expect(mayRepeatEnded(policy, request('POST', headers))).toBe(false);

  await post(doubt, undefined, { 'x-stainless-retry-count': '0' });

  expect(mayRepeatEnded(policy, request('POST', headers))).toBe(isRead);
});

test('a body that is changed later is known as it was sent', async () => {
  const { post } = shop();
  const body = new URLSearchParams({ id: '7' });
  const ending = post({ ...doubt, afterMs: 10 }, undefined, undefined, undefined, body);
  body.set('id', '8');
  await ending;

  const again = (id: string) => post({ status: 200 }, undefined, undefined, undefined, new URLSearchParams({ id }));
  expect([(await again('8')).sent, (await again('7')).sent]).toEqual([1, 0]);
});

test('a body that cannot be compared makes every call an operation of its own', async () => {
  const { post } = shop();
  const stream = () => new ReadableStream();
  await post(doubt, undefined, undefined, undefined, stream());

  expect((await post({ status: 200 }, undefined, undefined, undefined, stream())).sent).toBe(1);
});

test('for a minute after each refusal, a call is still a repeat', async () => {
  const { post, pass } = shop();
  await post(doubt);
  for (let refused = 0; refused < 2; refused++) {
    await pass(60_000);
    expect((await post({ status: 200 })).sent).toBe(0);
  }
  await pass(60_001);

  expect((await post({ status: 200 })).sent).toBe(1);
});

test('a repeat after the key is over is not sent', async () => {
  const { post, pass } = shop({ idempotencyKey: scheme(30_000) });
  await post(doubt);
  await pass(20_000);
  expect((await post(doubt)).sent).toBe(1);
  await pass(10_000);

  expect(await post({ status: 200 })).toMatchObject({ sent: 0, reason: 'outer-retry-refused' });
});
