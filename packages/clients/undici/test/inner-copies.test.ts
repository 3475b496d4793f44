import { AsyncLocalStorage } from 'node:async_hooks';
import { closedPort, Origin, processThenHang, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import { Agent, type Dispatcher, interceptors, request } from 'undici';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { keys, reauthorize, reportOf, retry } from '../src/index.ts';

type Interceptor = Dispatcher.DispatcherComposeInterceptor;
type Handler = Dispatcher.DispatchHandler;

const agent = new Agent();
afterAll(() => agent.destroy());
const quick = { backoff: (): number => 1 };
const post = { method: 'POST', body: 'order' } as const;
const authorized = { ...post, headers: { authorization: 'Bearer old' } };

/** Hands everything on, but not the start, and does something else about an error. */
function handlerFor(handler: Handler, failed: Handler['onResponseError'], started = true): Handler {
  return {
    onRequestStart: (controller, context) => void (started && handler.onRequestStart?.(controller, context)),
    onResponseStart: (controller, ...head) => handler.onResponseStart?.(controller, ...head),
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: failed ?? ((controller, error) => handler.onResponseError?.(controller, error)),
  };
}

/** A handler that inherits from the one it was given, and differs in some callbacks. */
function inheriting(handler: Handler, own: Handler): Handler {
  return Object.assign(Object.create(handler), own);
}

/** A Proxy of a handler that differs in some callbacks. */
function proxied(handler: Handler, own: Handler): Handler {
  return new Proxy(handler, { get: (target, name) => Reflect.get(Object.hasOwn(own, name) ? own : target, name) });
}

/** Named as undici's own, and passes no start on. */
class RedirectHandler implements Handler {
  readonly handler: Handler;
  declare readonly onResponseStart: NonNullable<Handler['onResponseStart']>;
  declare readonly onResponseData: NonNullable<Handler['onResponseData']>;
  declare readonly onResponseEnd: NonNullable<Handler['onResponseEnd']>;
  declare readonly onResponseError: NonNullable<Handler['onResponseError']>;

  constructor(handler: Handler, failed: Handler['onResponseError']) {
    const { onResponseStart, onResponseData, onResponseEnd, onResponseError } = handlerFor(handler, failed);
    this.handler = handler;
    Object.assign(this, { onResponseStart, onResponseData, onResponseEnd, onResponseError });
  }

  onRequestStart(): void {}
}

/** Each sends a second copy when the first one was applied and its answer was lost. */
const REPEATING: Readonly<Record<string, Interceptor>> = {
  'hands its handler to the second copy': (dispatch) => (options, handler) =>
    dispatch(
      options,
      handlerFor(handler, () => void dispatch(options, handlerFor(handler, undefined))),
    ),
  'hands our handler to the second copy': (dispatch) => (options, handler) =>
    dispatch(
      options,
      handlerFor(handler, () => void dispatch(options, handler), false),
    ),
  'sends the second copy later': (dispatch) => (options, handler) =>
    dispatch(
      options,
      handlerFor(handler, () => void setTimeout(() => dispatch(options, handler), 2), false),
    ),
  'sends the first copy by another way': (dispatch) => (options, handler) => {
    void rejectionOf(request(`${options.origin}${options.path}`, { ...post, dispatcher: agent })).then(() =>
      dispatch(options, handler),
    );
    return true;
  },
  'sends a first copy with what inherits from our handler': (dispatch) => (options, handler) =>
    dispatch(
      options,
      inheriting(handler, { onRequestStart() {}, onResponseError: () => void dispatch(options, handler) }),
    ),
  'sends both copies with what inherits from our handler': (dispatch) => (options, handler) =>
    dispatch(options, inheriting(handler, { onResponseError: () => void dispatch(options, inheriting(handler, {})) })),
  'sends a first copy with a Proxy of our handler': (dispatch) => (options, handler) =>
    dispatch(options, proxied(handler, { onResponseError: () => void dispatch(options, handler) })),
  'sends a first copy under the name of the redirect handler': (dispatch) => (options, handler) =>
    dispatch(options, new RedirectHandler(handler, () => void dispatch(options, handler))),
  'announces no start': (dispatch) => (options, handler) =>
    dispatch(
      options,
      handlerFor(handler, () => void dispatch(options, handlerFor(handler, undefined, false)), false),
    ),
};

describe.each(Object.entries(REPEATING))('an interceptor that %s', (_, repeating) => {
  const dispatcher = agent.compose(repeating, retry(quick));

  test.each([421, 425])('a %i of the second copy refuses only that one', async (code) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(code));

    const { statusCode, headers } = await request(origin.url, { ...post, dispatcher });

    expect(statusCode).toBe(code);
    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(headers)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
  });

  test('a 401 of the second copy starts no refresh and no third copy', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(401));
    const refresh = vi.fn(() => 'new');
    const renewing = agent.compose(repeating, retry({ ...quick, reauthorize: reauthorize(refresh) }));

    const { statusCode, headers } = await request(origin.url, { ...authorized, dispatcher: renewing });

    expect(statusCode).toBe(401);
    expect(origin.requests).toHaveLength(2);
    expect(refresh).not.toHaveBeenCalled();
    expect(reportOf(headers)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
  });

  test('a 409 of the second copy says nothing about the first', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(409));

    const { headers } = await request(origin.url, { ...post, dispatcher });

    expect(reportOf(headers)).toMatchObject({ effect: 'maybe-applied', effectReason: 'unseen-copies' });
  });

  test('a refused connection of the second copy proves nothing', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const sent = rejectionOf(request(origin.url, { ...post, dispatcher }));
    await origin.received(1);
    await origin.close();

    const error = await sent;

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    expect(origin.applied).toEqual(['POST']);
    await origin.reopen();
  });
});

/** Each hands one request on. */
const PASSING: Readonly<Record<string, Interceptor>> = {
  nothing: (dispatch) => dispatch,
  'a logger': (dispatch) => (options, handler) => dispatch(options, handler),
  'a logger with a handler of its own': (dispatch) => (options, handler) =>
    dispatch(options, handlerFor(handler, undefined)),
  'a late logger': (dispatch) => (options, handler) => {
    queueMicrotask(() => dispatch(options, handler));
    return true;
  },
  'a logger that inherits from the handler': (dispatch) => (options, handler) =>
    dispatch(options, Object.create(handler)),
  'a logger that is a Proxy': (dispatch) => (options, handler) => dispatch(options, new Proxy(handler, {})),
  'a redirect interceptor': interceptors.redirect({ maxRedirections: 2 }),
};

describe.each(Object.entries(PASSING))('inside is %s', (_, passing) => {
  const dispatcher = agent.compose(passing, retry(quick));

  test('a 425 refuses the request, and a 422 too', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425), status(422));

    const { headers } = await request(origin.url, { ...post, dispatcher });

    expect(reportOf(headers)).toMatchObject({
      attempts: [{ delivery: 'refused' }, { delivery: 'answered' }],
      effect: 'not-applied',
      effectReason: 'refusal-response',
    });
  });

  test('a 401 gets a new credential', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(401));
    const renewing = agent.compose(passing, retry({ ...quick, reauthorize: reauthorize(() => 'new') }));

    const { statusCode } = await request(origin.url, { ...authorized, dispatcher: renewing });

    expect(statusCode).toBe(200);
    expect(origin.applied).toEqual(['POST']);
    expect(origin.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  test('a success is applied', async () => {
    await using origin = await Origin.listen();

    const { headers } = await request(origin.url, { ...post, dispatcher });

    expect(reportOf(headers)?.effect).toBe('applied');
    expect(origin.applied).toEqual(['POST']);
  });

  test('a refused connection proves that nothing was sent', async () => {
    const error = await rejectionOf(request(`http://127.0.0.1:${await closedPort()}/`, { ...post, dispatcher }));

    expect(reportOf(error)).toMatchObject({ attempts: { length: 3 }, effect: 'not-applied' });
  });
});

test('operations that wait for a pooled connection prove as much as others', async () => {
  await using origin = await Origin.listen();
  origin.plays(...Array.from({ length: 20 }, () => status(422)));
  const small = new Agent({ connections: 1 });
  const dispatcher = small.compose(retry(quick));

  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { headers, body } = await request(origin.url, { ...post, dispatcher });
      await body.dump();
      return reportOf(headers)?.effect;
    }),
  );
  await small.close();

  expect(answers).toEqual(Array(20).fill('not-applied'));
});

describe('a start that nobody announces', () => {
  const lost: Readonly<Record<string, Interceptor>> = {
    'of what inherits from our handler': (dispatch) => (options, handler) =>
      dispatch(options, inheriting(handler, { onRequestStart() {} })),
    'of a Proxy': (dispatch) => (options, handler) => dispatch(options, proxied(handler, { onRequestStart() {} })),
    'of our own handler, which was changed': (dispatch) => (options, handler) =>
      dispatch(options, Object.assign(handler, { onRequestStart() {} })),
    'under the name of the redirect handler': (dispatch) => (options, handler) =>
      dispatch(options, new RedirectHandler(handler, undefined)),
  };

  test.each(Object.entries(lost))('%s proves nothing about a POST that was cut', async (_, losing) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const dispatcher = agent.compose(losing, retry(quick));

    const error = await rejectionOf(request(origin.url, { ...post, dispatcher }));

    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });

  const closed = Object.assign(new Error('closed'), { code: 'UND_ERR_CLOSED' });
  test.each<[name: string, report: (handler: Handler) => void]>([
    ['of somebody else', (handler) => handler.onResponseError?.(null as never, new Error('lost'))],
    ['of a later refusal', (handler) => queueMicrotask(() => handler.onResponseError?.(null as never, closed))],
    ['with a controller', (handler) => handler.onResponseError?.({ aborted: false } as never, closed)],
  ])('proves nothing by an error %s', async (_, report) => {
    await using origin = await Origin.listen();
    let copy: ReturnType<typeof request> | undefined;
    const losing: Interceptor = () => (options, handler) => {
      copy = request(`${options.origin}${options.path}`, { ...post, dispatcher: agent });
      report(handler);
      return true;
    };

    const error = await rejectionOf(request(origin.url, { ...post, dispatcher: agent.compose(losing, retry(quick)) }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    await (await copy)?.body.dump();
  });

  test('is not made after a refusal that proved that nothing was sent', async () => {
    await using origin = await Origin.listen();
    const ended = Promise.withResolvers<Error | undefined>();
    const lying: Interceptor = (dispatch) => (options, handler) => {
      handler.onResponseError?.(null as never, closed);
      const fail: Handler['onResponseError'] = (_controller, error) => ended.resolve(error);
      const later = { ...handlerFor(handler, fail), onResponseEnd: () => ended.resolve(undefined) };
      setImmediate(() => dispatch(options, later));
      return true;
    };

    const failed = Promise.withResolvers<Error>();
    const options = { origin: new URL(origin.url).origin, path: '/', ...post } as const;
    agent.compose(lying, retry(quick)).dispatch(options, {
      onRequestStart() {},
      onResponseError: (_, error) => failed.resolve(error),
    });

    expect((await ended.promise)?.message).toBe('The attempt was judged as never sent');
    expect(reportOf(await failed.promise)?.effect).toBe('not-applied');
    expect(origin.requests).toEqual([]);
  });

  test('is left alone after an error that proves nothing', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const again: Interceptor = (dispatch) => (options, handler) =>
      dispatch(
        options,
        handlerFor(handler, (controller, error) => {
          handler.onResponseError?.(controller, error);
          dispatch(options, handlerFor(handler, undefined));
        }),
      );

    const error = await rejectionOf(request(origin.url, { ...post, dispatcher: agent.compose(again, retry(quick)) }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    await vi.waitFor(() => expect(origin.applied).toEqual(['POST', 'POST']));
  });

  test('is not made by an interceptor that waits longer than the time limit', async () => {
    await using origin = await Origin.listen();
    const over = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<Error | undefined>();
    const waiting: Interceptor = (dispatch) => (options, handler) => {
      const fail: Handler['onResponseError'] = (_, error) => ended.resolve(error);
      const later = { ...handlerFor(handler, fail), onResponseEnd: () => ended.resolve(undefined) };
      void over.promise.then(() => dispatch(options, later));
      return true;
    };
    const failed = Promise.withResolvers<Error>();
    const options = { origin: new URL(origin.url).origin, path: '/', ...post } as const;

    agent.compose(waiting, retry({ ...quick, attemptTimeoutMs: 30, maxAttempts: 1 })).dispatch(options, {
      onRequestStart() {},
      onResponseError: (_, error) => failed.resolve(error),
    });
    const error = await failed.promise;
    over.resolve();

    expect(await ended.promise).toBe(error);
    expect(origin.requests).toEqual([]);
  });

  test('proves nothing by an error that the interceptor chose', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenHang());
    const refused = await rejectionOf(request(`http://127.0.0.1:${await closedPort()}/`, post));
    const aborting: Interceptor = (dispatch) => (options, handler) =>
      dispatch(options, {
        ...handlerFor(handler, undefined),
        onRequestStart: (controller) => void origin.received(1).then(() => controller.abort(refused)),
      });

    const error = await rejectionOf(
      request(origin.url, { ...post, dispatcher: agent.compose(aborting, retry(quick)) }),
    );

    expect(error).toBe(refused);
    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });
});

describe('a success without a copy', () => {
  const answering: Readonly<Record<string, Interceptor>> = {
    'out of a cache': () => (_, handler) => {
      const controller = { abort() {}, pause() {}, resume() {}, paused: false, aborted: false } as never;
      queueMicrotask(() => {
        handler.onRequestStart?.(controller, {});
        handler.onResponseStart?.(controller, 201, {}, 'Created');
        handler.onResponseEnd?.(controller, {});
      });
      return true;
    },
    'of another request': (dispatch) => (options, handler) => dispatch({ ...options, path: '/audit' }, handler),
  };

  test.each(Object.entries(answering))('%s is in doubt', async (_, interceptor) => {
    await using origin = await Origin.listen();
    const dispatcher = agent.compose(interceptor, retry(quick));

    const { headers } = await request(origin.url, { ...post, dispatcher });

    expect(reportOf(headers)).toMatchObject({ effect: 'maybe-applied', effectReason: 'unseen-copies' });
  });
});

test('undici resends a pipelined GET, so a status refuses only its last copy', async () => {
  await using origin = await Origin.listen();
  const pipeline = new Agent({ connections: 1, pipelining: 4 });
  const dispatcher = pipeline.compose(retry({ ...quick, rules: [{ repeat: 'never' }] }));
  await (await request(origin.url, { dispatcher })).body.dump();
  origin.plays(processThenReset(), ...Array.from({ length: 2 }, () => status(404)));

  const [, { headers }] = await Promise.all([
    rejectionOf(request(origin.url, { dispatcher, blocking: false })),
    request(origin.url, { dispatcher, blocking: false }),
  ]);
  await pipeline.destroy();

  expect(reportOf(headers)).toMatchObject({ effect: 'maybe-applied', effectReason: 'unseen-copies' });
});

describe('a copy that an interceptor sends after its attempt takes the proof back', () => {
  const laterIn =
    (within: (send: () => void) => void): Interceptor =>
    (dispatch) =>
    (options, handler) =>
      dispatch(
        options,
        handlerFor(handler, (controller, error) => {
          within(() => setImmediate(() => dispatch(options, handlerFor({}, undefined))));
          handler.onResponseError?.(controller, error);
        }),
      );
  const later = laterIn((send) => send());
  const waiting = { backoff: (): number => 100 };

  test.each([
    ['the same', later],
    ['another', laterIn(AsyncLocalStorage.snapshot())],
  ])('of a refused connection, in %s context', async (_, interceptor) => {
    await using origin = await Origin.listen();
    await origin.refuses(1);
    const dispatcher = agent.compose(interceptor, retry(waiting));

    const error = await rejectionOf(request(origin.url, { ...post, dispatcher }));
    await vi.waitFor(() => expect(origin.applied).toEqual(['POST']));

    expect(error).toHaveProperty('code', 'ECONNREFUSED');
    expect(reportOf(error)).toMatchObject({
      attempts: [{ delivery: 'never-sent' }, { delivery: 'unknown' }],
      effect: 'maybe-applied',
    });
  });

  test('with a key it is harmless', async () => {
    await using origin = await Origin.listen();
    await origin.refuses(1);
    const keyed = agent.compose(later, retry({ ...waiting, idempotencyKey: keys.ietf() }));

    const { statusCode, headers } = await request(origin.url, { ...post, dispatcher: keyed });

    expect(statusCode).toBe(200);
    expect(reportOf(headers)).toMatchObject({ attempts: [{ delivery: 'never-sent' }, { delivery: 'answered' }] });
  });
});
