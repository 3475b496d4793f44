import { closedPort, Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import type { OptionsInit } from 'got';
import { describe, expect, test } from 'vitest';
import { bodyJudge, reauthorize, reportOf, retryContext, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

type Retry = NonNullable<OptionsInit['retry']>;

const FORBIDS: readonly (readonly [name: string, retry: Retry])[] = [
  ['limit: 0', { limit: 0 }],
  ['methods without GET', { methods: ['PUT'] }],
  ['statusCodes without 503', { statusCodes: [500] }],
  ['a calculateDelay that returns 0', { calculateDelay: () => 0 }],
  ['a calculateDelay that resolves with 0', { calculateDelay: async () => 0 }],
  ['a calculateDelay beyond what timers can', { calculateDelay: () => Number.POSITIVE_INFINITY }],
  ['maxRetryAfter below what the server asks', { maxRetryAfter: 10 }],
];

const BUSY = { verdict: 'transient', subject: 'busy' } as const;

describe.each(VERSIONS)("the caller's retry options for %s", (_, got) => {
  const client = wrapGot(got, { backoff: () => 1, maxPushbackMs: 1 });
  const anything = { 'retry-after': '1' };

  test.each(FORBIDS)('%s forbids a retry', async (_name, retry) => {
    await using origin = await Origin.listen();
    origin.plays(status(503, { headers: retry.maxRetryAfter ? anything : {} }));

    const error = await rejectionOf(wrapGot(got, { backoff: () => 1 })(origin.url, { retry }));

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)?.decision.action).toBe('stop');
  });

  test.each<[string, (standard: Required<Retry>) => Retry, number]>([
    [
      'as many methods, without GET',
      ({ methods }) => ({ methods: methods.map((each) => (each === 'GET' ? 'POST' : each)) }),
      503,
    ],
    [
      'as many statusCodes, without 503',
      ({ statusCodes }) => ({ statusCodes: statusCodes.map((each) => (each === 503 ? 418 : each)) }),
      503,
    ],
    [
      "got's statusCodes and another one, without 529",
      ({ statusCodes }) => ({ statusCodes: [...statusCodes, 418] }),
      529,
    ],
  ])('%s forbid a retry', async (_name, retryOf, code) => {
    await using origin = await Origin.listen();
    origin.plays(status(code), status(200), status(code));

    await client(origin.url);
    const retry = retryOf(got.defaults.options.retry as Required<Retry>);
    const response = await client(origin.url, { retry, throwHttpErrors: false });

    expect(response.statusCode).toBe(code);
    expect(origin.requests).toHaveLength(3);
  });

  test('statusCodes of their own forbid a retry that a body asks for', async () => {
    await using origin = await Origin.listen();
    const headers = { 'content-type': 'application/json' };
    origin.plays(status(400, { body: '{}', headers }), status(400, { body: '{}', headers }));
    const judging = wrapGot(got, {
      backoff: () => 1,
      rules: [{ judge: bodyJudge(({ status }) => (status === 400 ? BUSY : undefined)) }],
    });

    await rejectionOf(judging(origin.url, { retry: { statusCodes: [503] } }));
    expect(origin.requests).toHaveLength(1);

    await judging(origin.url);
    expect(origin.requests).toHaveLength(3);
  });

  test('limit: 0 forbids a retry with a new credential, too', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(401));
    const renewing = wrapGot(got, { reauthorize: reauthorize(() => 'new') });

    const headers = { authorization: 'Bearer old' };
    const response = await renewing(origin.url, { headers, retry: { limit: 0 }, throwHttpErrors: false });

    expect(response.statusCode).toBe(401);
    expect(origin.requests).toHaveLength(1);
  });

  test.each<[string, Retry]>([
    ['maxRetryAfter that the server keeps', { maxRetryAfter: 1000 }],
    ['the longest delay that timers can keep', { calculateDelay: () => 2_147_483_647 }],
    ['limit: undefined', { limit: undefined as never }],
  ])('%s forbids nothing', async (_name, retry) => {
    await using origin = await Origin.listen();
    origin.plays(status(503, { headers: { 'retry-after': '1' } }));

    const response = await wrapGot(got, { skipWaits: true })(origin.url, { retry });

    expect(response.statusCode).toBe(200);
    expect(origin.requests).toHaveLength(2);
  });

  test('errorCodes of their own forbid a retry after any other', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;

    const error = await rejectionOf(client.put(url, { body: '{}', retry: { errorCodes: ['ECONNRESET'] } }));

    expect(reportOf(error)?.attempts).toHaveLength(1);
  });

  test('limit sets the number of retries, more or less than the policy', async () => {
    await using origin = await Origin.listen();
    origin.plays(...Array.from({ length: 27 }, () => status(503)));
    const client = wrapGot(got, { backoff: () => 1, budget: 'none' });

    // From the 23rd attempt on, got's own delay is longer than timers can wait.
    await rejectionOf(client(origin.url, { retry: { limit: 24 } }));
    expect(origin.requests).toHaveLength(25);

    await rejectionOf(client(origin.url, { retry: { limit: 1 } }));
    expect(origin.requests).toHaveLength(27);
  });

  test('of limit and maxAttempts the smaller one counts', async () => {
    await using origin = await Origin.listen();
    origin.plays(...Array.from({ length: 9 }, () => status(503)));

    await rejectionOf(client(origin.url, { retry: { limit: 4 }, context: retryContext({ maxAttempts: 2 }) }));
    await rejectionOf(client(origin.url, { retry: { limit: 1 }, context: retryContext({ maxAttempts: 5 }) }));

    expect(origin.requests).toHaveLength(4);
  });

  test.each<[string, Retry]>([
    ['methods', { methods: ['POST'] }],
    ['a calculateDelay that always wants a retry', { calculateDelay: () => 1 }],
    ['enforceRetryRules: false', { enforceRetryRules: false, calculateDelay: () => 1 }],
    ['a limit', { limit: 9, methods: ['POST'], errorCodes: ['ECONNRESET'] }],
  ])('%s allows no retry that may do harm', async (_name, retry) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());

    await rejectionOf(client.post(origin.url, { body: 'order', retry }));

    expect(origin.applied).toEqual(['POST']);
  });

  test('calculateDelay is asked with a delay where only our rules allow a retry', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425), status(425));
    const computed: number[] = [];
    const calculateDelay: Retry['calculateDelay'] = ({ computedValue }) => {
      computed.push(computedValue);
      return computedValue;
    };

    const response = await client.post(origin.url, { body: 'order', retry: { calculateDelay } });

    expect(computed).toEqual([1, 1]);
    expect(response.statusCode).toBe(200);
    expect(origin.applied).toEqual(['POST']);
  });

  test('calculateDelay gets what got tells it, and no question where no retry would follow', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503, { headers: { 'retry-after': '1' } }), status(503));
    const asked: unknown[] = [];
    const calculateDelay: Retry['calculateDelay'] = ({ attemptCount, error, retryAfter, computedValue }) =>
      asked.push([attemptCount, error.response?.statusCode, retryAfter, computedValue]);

    await rejectionOf(wrapGot(got, { skipWaits: true, maxAttempts: 2 })(origin.url, { retry: { calculateDelay } }));

    expect(asked).toEqual([[1, 503, 1000, 1000]]);
  });

  test('calculateDelay that throws ends the operation with its error, as got does', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const broken = () => {
      throw new Error('broken');
    };

    const events: string[] = [];
    const client = wrapGot(got, { onEvent: ({ type }) => void events.push(type) });

    const error = await rejectionOf(client(origin.url, { retry: { calculateDelay: broken } }));

    expect(error.message).toBe('broken');
    expect(events).not.toContain('retry-scheduled');
    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)?.decision.action).toBe('stop');
  });
});

describe.each(VERSIONS)('context.retry for %s', (_, got) => {
  const client = wrapGot(got, { backoff: () => 1 });

  test('permits, forbids and turns off', async () => {
    await using origin = await Origin.listen();
    const send = (context: OptionsInit['context']) => {
      origin.plays(status(503));
      return client.post(origin.url, { throwHttpErrors: false, context: context as never });
    };

    expect((await send(retryContext({ idempotent: true }))).statusCode).toBe(200);
    expect((await send(retryContext({ idempotencyKey: 'order-7' }))).statusCode).toBe(200);
    expect((await send(retryContext(false))).statusCode).toBe(503);
    await send({});
    expect(origin.requests).toHaveLength(6);
  });

  test('of the instance counts where the call has none', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    await rejectionOf(client.extend({ context: { ...retryContext(false) } })(origin.url));

    expect(origin.requests).toHaveLength(1);
  });

  test.each<[string, object, RegExp]>([
    ['an unknown member', { idempotent: true, attempts: 3 }, /has no member "attempts"/],
    ['a misspelled member', { idempotant: true }, /has no member "idempotant"/],
    ['a body that is no function', { body: 'text' }, /context.retry.body must be a function.*not string/],
    ['a wrong number', { maxAttempts: 0 }, /maxAttempts/],
  ])('with %s is rejected before anything is sent', async (_name, retry, message) => {
    await using origin = await Origin.listen();

    await expect(client(origin.url, { context: { retry } })).rejects.toThrow(message);
    await expect(client(origin.url, { context: { retry } }).json()).rejects.toThrow(message);
    expect(() => client.stream(origin.url, { context: { retry } })).toThrow(message);

    expect(origin.requests).toHaveLength(0);
  });

  test.each<[string, OptionsInit]>([
    ['body', { body: 'b' }],
    ['json', { json: null }],
    ['form', { form: {} }],
  ])('a body that is given twice, also as %s, is rejected', async (_name, options) => {
    const context = retryContext({ body: () => new Blob(['a']).stream() });

    await expect(client.post('http://127.0.0.1:9/', { ...options, context })).rejects.toThrow(/not both/);
  });

  test.each([
    ['a promise', Promise.resolve(), 'object'],
    ['null', null, 'object'],
    ['text', 'text', 'string'],
    ['nothing', undefined, 'undefined'],
  ])('a body maker that returns %s sends nothing', async (_name, made, type) => {
    await using origin = await Origin.listen();
    const context = retryContext({ body: (() => made) as never });

    const error = await rejectionOf(client.put(origin.url, { context }));

    expect(error.message).toBe(`context.retry.body must return a stream or another async iterable, not ${type}`);
    expect(origin.applied).toEqual([]);
  });
});
