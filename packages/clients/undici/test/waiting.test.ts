import { setImmediate as tick } from 'node:timers/promises';
import { closedPort, hang, Origin, stalledBody, status, VirtualClock } from '@twicesafe/testing';
import { Agent, type Dispatcher } from 'undici';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { bodyJudge, createRetryPolicy, type RetryOptions, reauthorize, reportOf, retry } from '../src/index.ts';
import { RecordedController, type RecordedHandler, recordedHandler } from './recording.ts';

type Interceptor = Dispatcher.DispatcherComposeInterceptor;

const agent = new Agent();
afterAll(() => agent.destroy());
const mine = new Error('mine');

/** Announces no start, as an interceptor with a handler of its own may do. */
const silent: Interceptor = (dispatch) => (options, handler) =>
  dispatch(options, {
    onRequestStart() {},
    onResponseStart: (controller, ...head) => handler.onResponseStart?.(controller, ...head),
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  });

interface Dispatched extends RecordedHandler {
  readonly accepted: boolean;
  /** Gives up, as a caller does who got a controller. */
  abort(): void;
}

function dispatched(url: string, interceptors: readonly Interceptor[], given: object = {}): Dispatched {
  let controller: Dispatcher.DispatchController | undefined;
  const recorded = recordedHandler({
    onRequestStart: (own) => {
      controller = own;
    },
  });
  const options = { origin: new URL(url).origin, path: '/', method: 'GET', ...given } as const;
  const accepted = agent.compose(...interceptors).dispatch(options, recorded.handler);
  return { ...recorded, accepted, abort: () => controller?.abort(mine) };
}

describe('a call that waits for its origin', () => {
  const pushback = status(503, { headers: { 'retry-after': '5' } });

  async function behindGate(origin: Origin, options: RetryOptions): Promise<Dispatched> {
    const interceptor = retry(createRetryPolicy(options, new VirtualClock()));
    origin.plays(pushback);
    await dispatched(origin.url, [interceptor], { method: 'POST', body: 'x' }).ended;
    return dispatched(origin.url, [interceptor]);
  }

  test('has a controller, and may be given up', async () => {
    await using origin = await Origin.listen();

    const { calls, accepted, abort, ended } = await behindGate(origin, { originGate: 'all' });
    const before = [...calls];
    abort();

    expect(await ended).toBe(mine);
    expect([accepted, before, calls]).toEqual([true, ['start {}'], ['start {}', 'error mine']]);
    expect(origin.requests).toHaveLength(1);
  });

  test('does not begin earlier than its request where only retries wait', async () => {
    await using origin = await Origin.listen();

    const { calls, ended } = await behindGate(origin, { originGate: 'retries' });
    const before = [...calls];

    expect([before, await ended]).toEqual([[], undefined]);
  });
});

describe('a signal that was aborted before the call', () => {
  test('ends it before anything is dispatched', async () => {
    const dispatches = vi.fn();
    const never: Interceptor = () => (_options, _handler) => {
      dispatches();
      return true;
    };
    const { handler, ended } = recordedHandler({ onRequestStart: (controller) => controller.abort(mine) });
    const options = {
      origin: 'http://127.0.0.1:9',
      path: '/',
      method: 'GET',
      signal: AbortSignal.abort(mine),
    } as const;

    agent.compose(never, retry()).dispatch(options, handler);

    expect(await ended).toBe(mine);
    expect(dispatches).not.toHaveBeenCalled();
  });
});

test('a call that neither waits nor fails makes nothing to abort', async () => {
  const answering: Interceptor = () => (_options, handler) => {
    const controller = new RecordedController();
    handler.onRequestStart?.(controller, {});
    handler.onResponseStart?.(controller, 200, {});
    handler.onResponseEnd?.(controller, {});
    return true;
  };
  const made = vi.fn();
  class Counted extends AbortController {
    constructor() {
      super();
      made();
    }
  }
  vi.stubGlobal('AbortController', Counted);

  await dispatched('http://a.test/', [answering, retry()]).ended.finally(() => vi.unstubAllGlobals());

  expect(made).not.toHaveBeenCalled();
});

test('a POST that its caller gives up at its start was never sent', async () => {
  await using origin = await Origin.listen();
  const { handler, ended } = recordedHandler({ onRequestStart: (controller) => controller.abort(mine) });
  const options = { origin: new URL(origin.url).origin, path: '/', method: 'POST', body: 'x' } as const;

  agent.compose(retry()).dispatch(options, handler);

  expect(reportOf(await ended)).toMatchObject({ attempts: [{ delivery: 'never-sent' }], effect: 'not-applied' });
  expect(origin.requests).toEqual([]);
});

describe('a call without a start', () => {
  test('gets one before it waits for a retry', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const { calls, abort, ended } = dispatched(url, [retry({ backoff: () => 60_000 })]);

    await vi.waitFor(() => expect(calls).toEqual(['start {}']));
    abort();

    expect(await ended).toBe(mine);
  });

  test('gets none for an error that ends it', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const { calls, ended } = dispatched(url, [retry({ maxAttempts: 1 })]);

    await ended;

    expect(calls).toEqual([expect.stringMatching(/^error /)]);
  });

  test('gets none for its abort in a queue', async () => {
    const leaving: Interceptor = () => (_options, handler) => {
      handler.onResponseError?.({ aborted: true } as Dispatcher.DispatchController, mine);
      return true;
    };
    const { calls, ended } = dispatched('http://127.0.0.1:9/', [leaving, retry()], { method: 'PUT' });

    await ended;

    expect(calls).toEqual(['error mine']);
  });

  test('gets one before its body is judged', async () => {
    await using origin = await Origin.listen();
    origin.plays(stalledBody(200, { headers: { 'content-type': 'application/json' } }));
    const rules = [{ judge: bodyJudge(() => undefined) }];
    const { calls, abort, ended } = dispatched(origin.url, [silent, retry({ rules })], { method: 'POST' });

    await vi.waitFor(() => expect(calls).toEqual(['start {}']));
    abort();

    expect(await ended).toBe(mine);
  });

  test('loses its response if that start throws', async () => {
    await using origin = await Origin.listen();
    origin.plays(stalledBody(200, { headers: { 'content-type': 'application/json' } }));
    const rules = [{ judge: bodyJudge(() => undefined) }];
    const { handler, ended } = recordedHandler({
      onRequestStart: () => {
        throw mine;
      },
    });

    const options = { origin: new URL(origin.url).origin, path: '/', method: 'POST', body: 'x' } as const;
    agent.compose(silent, retry({ rules })).dispatch(options, handler);

    expect(await ended).toBe(mine);
    await vi.waitFor(() => expect(origin.openSockets).toBe(0));
  });

  test('gets one before its credential is renewed', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(401));
    const refresh = (): Promise<string> => new Promise(() => {});
    const renewing = [silent, retry({ reauthorize: reauthorize(refresh) })];
    const given = { method: 'PUT', headers: { authorization: 'Bearer old' } };
    const { calls, abort, ended } = dispatched(origin.url, renewing, given);

    await vi.waitFor(() => expect(calls).toEqual(['start {}']));
    abort();

    expect(await ended).toBe(mine);
  });

  test('gets one before the wait after a response', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const { calls, abort, ended } = dispatched(origin.url, [silent, retry({ backoff: () => 60_000 })]);

    await vi.waitFor(() => expect(calls).toEqual(['start {}']));
    abort();

    expect(await ended).toBe(mine);
  });
});

test('a caller may give up while `confirm` looks', async () => {
  await using origin = await Origin.listen();
  origin.plays(hang());
  const looking = Promise.withResolvers<void>();
  const confirm = (): Promise<never> => {
    looking.resolve();
    return new Promise(() => {});
  };
  const interceptors = [retry({ confirm, attemptTimeoutMs: 100, maxAttempts: 1 })];
  const { abort, ended } = dispatched(origin.url, interceptors, { method: 'POST', body: 'x' });

  await looking.promise;
  abort();

  expect(await ended).toBe(mine);
});

describe('the connection of a response', () => {
  /** What the controller of the connection is asked for until the response ends. */
  async function askedOf(origin: Origin, options: RetryOptions, given: object = {}): Promise<string[]> {
    const asked: string[] = [];
    const watching: Interceptor = (dispatch) => (own, handler) =>
      dispatch(
        own,
        Object.assign(Object.create(handler), {
          onRequestStart: (controller: Dispatcher.DispatchController, context: unknown) => {
            for (const name of ['pause', 'resume'] as const) {
              const inner = controller[name].bind(controller);
              controller[name] = () => {
                asked.push(name);
                inner();
              };
            }
            handler.onRequestStart?.(controller, context);
          },
        }),
      );
    const { ended } = dispatched(origin.url, [watching, retry({ backoff: () => 1, ...options })], given);
    await ended;
    await tick();
    return asked;
  }
  const long = status(200, { body: 'x'.repeat(200_000) });
  const authorized = { headers: { authorization: 'Bearer old' } };
  const renewing = { reauthorize: reauthorize(() => 'new') };

  test.each<[name: string, options: RetryOptions, given: object, asked: string[]]>([
    ['is not paused', {}, {}, ['resume']],
    ['is paused while `confirm` may look', { confirm: () => 'unknown' }, {}, ['pause', 'resume']],
    ['is not paused if its credential is good', renewing, authorized, ['resume']],
  ])('%s', async (_, options, given, asked) => {
    await using origin = await Origin.listen();
    origin.plays(long);

    expect(await askedOf(origin, options, given)).toEqual(asked);
  });

  test.each<[name: string, options: RetryOptions, asked: string[]]>([
    ['is paused while a credential is renewed, and then drained', renewing, ['pause', 'resume', 'resume']],
    ['is not paused without a new credential', {}, ['resume']],
  ])('%s', async (_, options, asked) => {
    await using origin = await Origin.listen();
    origin.plays(status(401, { body: 'x'.repeat(200_000) }), long);

    expect(await askedOf(origin, options, authorized)).toEqual(asked);
  });

  test('is used again after a small response', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(401, { body: 'x'.repeat(10_000) }));

    await askedOf(origin, renewing, authorized);

    expect([origin.requests.length, origin.connections]).toEqual([2, 1]);
  });
});
