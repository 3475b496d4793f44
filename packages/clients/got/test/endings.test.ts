import {
  Origin,
  processThenHang,
  type RequestAct,
  redirect,
  rejectionOf,
  status,
  VirtualClock,
} from '@twicesafe/testing';
import type { Got, HandlerFunction, OptionsInit, Response } from 'got';
import { describe, expect, test } from 'vitest';
import { bodyJudge, createRetryPolicy, type RetryOptions, reportOf, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const lost = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6379'), {
  code: 'ECONNREFUSED',
  syscall: 'connect',
});
const turn = (): Promise<void> => new Promise(setImmediate);

/** A promise that the test keeps pending. */
function pause() {
  let goOn = (_: unknown): void => {};
  const promise = new Promise<unknown>((resolve) => {
    goOn = resolve;
  });
  return { promise, goOn };
}

/** A cookie store that is lost when the origin has got some requests. */
function storeLostAfter(origin: Origin, requests: number): NonNullable<OptionsInit['cookieJar']> {
  return {
    getCookieString: async () => {
      if (origin.requests.length === requests) throw lost;
      return '';
    },
    setCookie: async () => {},
  };
}

function extended(got: Got, handler: (next: () => Promise<unknown>) => unknown): Got {
  const handlers = [
    ((options, next) => handler(() => next(options) as unknown as Promise<unknown>)) as HandlerFunction,
  ];
  return wrapGot(got, { backoff: () => 1 }).extend({ handlers });
}

describe.each(VERSIONS)('a call of %s that ends between attempts', (_, got) => {
  test('because a cookie store fails before the first one: nothing is applied', async () => {
    await using origin = await Origin.listen();
    const events: string[] = [];
    const client = wrapGot(got, { backoff: () => 1, onEvent: ({ type }) => void events.push(type) });

    const error = await rejectionOf(client.post(origin.url, { body: 'order', cookieJar: storeLostAfter(origin, 0) }));

    expect(origin.requests).toEqual([]);
    expect(events).toEqual(['operation-start', 'attempt-start', 'attempt-end', 'operation-end']);
    expect(reportOf(error)).toMatchObject({
      attempts: [{ outcome: { kind: 'programmer-error' }, delivery: 'never-sent' }],
      decision: { action: 'stop', reason: 'programmer-error' },
      effect: 'not-applied',
    });
  });

  test('because a cookie store fails before the second one', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const client = wrapGot(got, { backoff: () => 1 });

    const error = await rejectionOf(client.put(origin.url, { body: 'order', cookieJar: storeLostAfter(origin, 1) }));

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({
      attempts: [{ outcome: { status: 503 } }],
      decision: { action: 'stop', reason: 'callback-failed' },
      effect: 'maybe-applied',
    });
  });

  test('because a cookie store fails before the one that a body asked for', async () => {
    await using origin = await Origin.listen();
    const headers = { 'content-type': 'application/json' };
    origin.plays(status(200, { body: '{"is":"refused"}', headers, applies: false }));
    const refused = 'https://api.example/docs';
    const judge = bodyJudge(() => ({ verdict: 'transient', subject: 'refusal', refused }));
    const client = wrapGot(got, { backoff: () => 1, rules: [{ judge }] });

    const error = await rejectionOf(client.post(origin.url, { body: 'order', cookieJar: storeLostAfter(origin, 1) }));

    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ decision: { reason: 'callback-failed' }, effect: 'not-applied' });
  });

  test("at the deadline, although the caller's calculateDelay hangs", async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const clock = new VirtualClock();
    const client = wrapGot(got, createRetryPolicy({ deadlineMs: 1000, backoff: () => 1 }, clock));
    const [asked, answer] = [pause(), pause()];
    const calculateDelay = (): Promise<number> => {
      asked.goOn(undefined);
      return answer.promise as Promise<number>;
    };

    const sent = rejectionOf(client(origin.url, { retry: { calculateDelay } }));
    await asked.promise;
    clock.advance(1000);
    const error = await sent;
    answer.goOn(1);
    await turn();

    expect(error).toMatchObject({ code: 'TWICESAFE_DEADLINE' });
    expect(reportOf(error)).toMatchObject({ attempts: [{}], decision: { reason: 'deadline-over' } });
    expect(origin.requests).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('at the deadline, although a cookie store hangs before the first one', async () => {
    await using origin = await Origin.listen();
    const clock = new VirtualClock();
    const client = wrapGot(got, createRetryPolicy({ deadlineMs: 1000 }, clock));
    const cookie = pause();
    const cookieJar = { getCookieString: () => cookie.promise as Promise<string>, setCookie: async () => {} };

    const sent = rejectionOf(client.post(origin.url, { body: 'order', cookieJar }));
    await turn();
    clock.advance(1000);
    const error = await sent;
    cookie.goOn('');
    await turn();

    expect(reportOf(error)).toMatchObject({
      attempts: [],
      decision: { reason: 'deadline-over' },
      effect: 'not-applied',
    });
    expect(origin.requests).toEqual([]);
  });

  test('because the caller gives up while confirm looks up a success in doubt', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(303, '/status'));
    const controller = new AbortController();
    const confirm = (): Promise<'unknown'> => {
      controller.abort(lost);
      return new Promise(() => {});
    };

    const sent = wrapGot(got, { confirm }).post(origin.url, { body: 'order', signal: controller.signal });
    const error = await rejectionOf(sent);

    expect(error).toBe(lost);
    expect(reportOf(error)).toMatchObject({ effect: 'maybe-applied' });
  });

  test('does not: it waits for its own pause, and for no gate again', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503, { headers: { 'retry-after-ms': '5' } }));
    const clock = new VirtualClock();
    const client = wrapGot(got, createRetryPolicy({ originGate: 'all', backoff: () => 1 }, clock));

    await client(origin.url);

    expect(origin.requests).toHaveLength(2);
  });

  test('leaves no timer', async () => {
    await using origin = await Origin.listen();
    const clock = new VirtualClock();
    const limits = { deadlineMs: 1000, attemptTimeoutMs: 500 };
    const client = wrapGot(got, createRetryPolicy({ ...limits, backoff: () => 1 }, clock));
    origin.plays(status(503), status(404));

    await rejectionOf(client(origin.url));
    expect(clock.pending).toBe(0);

    await client(origin.url);
    expect(clock.pending).toBe(0);
  });
});

describe.each(VERSIONS)('a handler of %s that answers by itself', (_, got) => {
  const own = { body: 'own' };

  test.each([
    ['a promise', () => Promise.resolve(own)],
    ['a value', () => own],
  ])('with %s: nothing is sent', async (_name, answer) => {
    await using origin = await Origin.listen();

    const settled: unknown = await extended(got, answer).post(origin.url, { body: 'order' });

    expect(settled).toBe(own);
    expect(origin.requests).toEqual([]);
    expect(reportOf(settled)?.effect ?? 'not-applied').toBe('not-applied');
  });

  test('after the request was sent: it may be applied', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenHang());
    const client = extended(got, (next) => {
      next().catch(() => {});
      return origin.received(1).then(() => own);
    });

    const settled: unknown = await client.post(origin.url, { body: 'order' });

    expect(settled).toBe(own);
    expect(reportOf(settled)).toMatchObject({
      attempts: [{ outcome: { error: { message: 'The caller gave up' } }, delivery: 'unknown' }],
      effect: 'maybe-applied',
    });
  });

  test('with a rejection for no reason', async () => {
    const client = extended(got, () => Promise.reject(undefined));

    await expect(client.post('http://127.0.0.1:9/')).rejects.toBeUndefined();
  });

  test('before a GET is redirected: it still goes to its end', async () => {
    await using origin = await Origin.listen();
    const [answered, ended] = [pause(), pause()];
    const moved = redirect(302, '/moved') as RequestAct;
    const play: RequestAct['play'] = (exchange) => answered.promise.then(() => moved.play(exchange));
    origin.plays({ ...moved, play });
    const client = extended(got, (next) => {
      next().then(ended.goOn, ended.goOn);
      return origin.received(1).then(() => own);
    });

    const settled: unknown = await client(origin.url);
    answered.goOn(undefined);

    expect(settled).toBe(own);
    expect(await ended.promise).toMatchObject({ statusCode: 200 });
  });

  test.each([
    ['POST', 0, 'not-applied'],
    ['GET', 1, 'not-applied'],
  ] as const)('before a %s is sent: %i requests are, and its effect is %s', async (method, requests, effect) => {
    await using origin = await Origin.listen();
    const [cookie, ended] = [pause(), pause()];
    const client = extended(got, (next) => {
      next().then(ended.goOn, ended.goOn);
      return Promise.resolve(own);
    });
    const cookieJar = { getCookieString: () => cookie.promise as Promise<string>, setCookie: async () => {} };

    const settled: unknown = await client(origin.url, { method, cookieJar });
    cookie.goOn('');
    await ended.promise;

    expect(settled).toBe(own);
    expect(reportOf(settled)).toMatchObject({ attempts: [], effect });
    expect(origin.requests).toHaveLength(requests);
  });
});

describe.each(VERSIONS)('options of an ended call of %s', (_, got) => {
  test('serve a bare instance as if they were its own', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(200), status(503));
    const starts: unknown[] = [];
    const clock = new VirtualClock();
    const options: RetryOptions = {
      deadlineMs: 1000,
      rules: [{ judge: bodyJudge(() => undefined) }],
      onEvent: ({ type }) => void (type === 'attempt-start' && starts.push(type)),
    };
    const client = wrapGot(got, createRetryPolicy(options, clock));

    const first = (await client.put(origin.url, { body: 'one' })) as Response;
    clock.advance(2000);
    const again = got as unknown as (url: undefined, options: undefined, defaults: unknown) => Promise<unknown>;
    const error = await rejectionOf(again(undefined, undefined, first.request.options));
    const last = await again(undefined, undefined, first.request.options);

    expect(error.name).toBe('HTTPError');
    expect(last).toMatchObject({ statusCode: 200 });
    expect(origin.requests).toHaveLength(3);
    expect(starts).toHaveLength(1);
    expect(reportOf(error)).toBeUndefined();
  });
});

test('a call of got 14 that the caller cancels is aborted', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenHang());
  const [[, got14]] = VERSIONS as readonly [(typeof VERSIONS)[number]];

  const sent = wrapGot(got14).post(origin.url) as unknown as Promise<unknown> & { cancel(): void };
  const error = rejectionOf(sent);
  await origin.received(1);
  sent.cancel();

  expect((await error).name).toBe('CancelError');
  expect(reportOf(await error)).toMatchObject({ decision: { reason: 'aborted' }, effect: 'maybe-applied' });
});
