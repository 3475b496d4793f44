import { closedPort, Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import { Agent, type Dispatcher, interceptors, request } from 'undici';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { reportOf, retry } from '../src/index.ts';

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
    const renewing = agent.compose(repeating, retry({ ...quick, reauthorize: refresh }));

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
    const renewing = agent.compose(passing, retry({ ...quick, reauthorize: () => 'new' }));

    const { statusCode } = await request(origin.url, { ...authorized, dispatcher: renewing });

    expect(statusCode).toBe(200);
    expect(origin.applied).toEqual(['POST']);
    expect(origin.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  test('a refused connection proves that nothing was sent', async () => {
    const error = await rejectionOf(request(`http://127.0.0.1:${await closedPort()}/`, { ...post, dispatcher }));

    expect(reportOf(error)).toMatchObject({ attempts: { length: 3 }, effect: 'not-applied' });
  });
});

test('operations that wait for a connection of a small pool prove as much as others', async () => {
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
