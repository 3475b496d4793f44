import { Origin, serve, status } from '@twicesafe/testing';
import { Agent, type Dispatcher } from 'undici';
import { afterAll, expect, test, vi } from 'vitest';
import { type RetryOptions, reportOf, retry } from '../src/index.ts';
import { recordedHandler } from './recording.ts';

type Handler = Dispatcher.DispatchHandler;

const agent = new Agent();
const dispatcher = agent.compose(retry({ backoff: () => 1 }));
afterAll(() => agent.destroy());

/** Dispatches, and returns the error of the call, if it ends with one. */
async function dispatched(
  origin: { readonly url: string },
  handler: Handler,
  options: object = {},
): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  const given = { origin: new URL(origin.url).origin, path: '/', method: 'PUT', body: 'order', ...options } as const;
  dispatcher.dispatch(given, {
    onRequestStart() {},
    onResponseEnd: () => resolve(undefined),
    onResponseError: (_, error) => resolve(error),
    ...handler,
  });
  return promise;
}

test('a handler that takes no data gets the end of a response', async () => {
  await using origin = await Origin.listen();
  const statuses: number[] = [];

  const error = await dispatched(origin, { onResponseStart: (_, code) => void statuses.push(code) });

  expect(error).toBeUndefined();
  expect(statuses).toEqual([200]);
});

test('a handler that takes no response gets the end of one with an interim response', async () => {
  await using server = await serve((incoming, response) => {
    incoming.resume();
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.end();
  });

  expect(await dispatched(server, {})).toBeUndefined();
});

test('a handler gets the end of a response that an interceptor never started, in doubt', async () => {
  const effects: unknown[] = [];
  const ending: Dispatcher.DispatcherComposeInterceptor = () => (_options, handler) => {
    handler.onResponseEnd?.({} as Dispatcher.DispatchController, {});
    return true;
  };
  const onEvent: RetryOptions['onEvent'] = (event) => {
    if (event.type === 'operation-end') effects.push(event.report.effect);
  };
  const { handler, ended, calls } = recordedHandler();

  const options = { origin: 'http://127.0.0.1:9', path: '/', method: 'POST' } as const;
  agent.compose(ending, retry({ onEvent })).dispatch(options, handler);

  expect([await ended, calls]).toEqual([undefined, ['end {}']]);
  expect(effects).toEqual(['maybe-applied']);
});

test('an error that a handler throws about an error reaches the process', async () => {
  const mine = new Error('mine');
  const uncaught: unknown[] = [];
  using _ = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
    void Promise.resolve()
      .then(task)
      .catch((error: unknown) => uncaught.push(error));
  });
  const { handler } = recordedHandler({
    onResponseError: () => {
      throw mine;
    },
  });

  const refusing: Dispatcher.DispatcherComposeInterceptor = () => (_options, _handler) => {
    throw new Error('refused');
  };
  agent.compose(refusing, retry()).dispatch({ origin: 'http://127.0.0.1:9', path: '/', method: 'GET' }, handler);

  await vi.waitFor(() => expect(uncaught).toEqual([mine]));
});

test('a handler learns what every attempt sends', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const calls: string[] = [];

  await dispatched(origin, {
    onBodySent: (chunk) => void calls.push(String(chunk)),
    onRequestSent: () => void calls.push('sent'),
    onResponseStarted: () => void calls.push('answered'),
  });

  expect(calls).toEqual(['order', 'sent', 'answered', 'order', 'sent', 'answered']);
});

const during = ['onRequestStart', 'onBodySent', 'onRequestSent', 'onResponseStarted'];
test.each(during)('a PUT whose %s throws is not repeated', async (name) => {
  await using origin = await Origin.listen();
  const mine = new Error('mine');
  const throwing = (): never => {
    throw mine;
  };

  const error = await dispatched(origin, { [name]: throwing });

  expect(error).toBe(mine);
  expect(reportOf(mine)).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'programmer-error' } });
});

test('a handler without a prototype is one like any other', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const statuses: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const handler: Handler = Object.assign(Object.create(null), {
    onRequestStart() {},
    onResponseStart: (_: unknown, code: number) => void statuses.push(code),
    onResponseEnd: () => resolve(),
    onResponseError: () => resolve(),
  });

  dispatcher.dispatch({ origin: new URL(origin.url).origin, path: '/', method: 'PUT' }, handler);
  await promise;

  expect(statuses).toEqual([200]);
});

const whole: Handler = { onRequestStart() {}, onResponseStart() {}, onResponseData() {}, onResponseEnd() {} };
const get = { origin: 'http://127.0.0.1:9', path: '/', method: 'GET' };

test.each([{ method: undefined }, { path: undefined }])(
  'what is no request begins no operation: %o',
  async (missing) => {
    const events: string[] = [];
    const { handler, ended } = recordedHandler();

    const observed = agent.compose(retry({ onEvent: ({ type }) => void events.push(type) }));
    observed.dispatch({ ...get, ...missing } as unknown as Dispatcher.DispatchOptions, handler);

    expect((await ended)?.name).toBe('InvalidArgumentError');
    expect(events).toEqual([]);
  },
);

test.each<[name: string, options: unknown, handler: unknown]>([
  ['no options', undefined, { ...whole, onResponseError() {} }],
  ['no handler', get, undefined],
  ['no method', { ...get, method: undefined }, { ...whole, onResponseError() {} }],
  ['no path', { ...get, path: undefined }, { ...whole, onResponseError() {} }],
  ['an invalid path', { ...get, path: 'orders' }, { ...whole, onResponseError() {} }],
  ['a handler without a start', get, { ...whole, onRequestStart: undefined, onResponseError() {} }],
  ['a handler that takes no error', get, whole],
])('%s is an error as without twicesafe', async (_, options, handler) => {
  const failureOf = (through: Dispatcher): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const onResponseError = (...failure: unknown[]): void => resolve(failure);
      const telling = { ...(handler as Handler), onResponseError };
      const given = (handler as Handler | undefined)?.onResponseError ? telling : handler;
      try {
        through.dispatch(options as Dispatcher.DispatchOptions, given as Handler);
      } catch (error) {
        reject(error);
      }
    }).catch((error: unknown) => ['thrown', error]);

  const bare = await failureOf(agent);

  expect(bare).toEqual([expect.toBeOneOf([null, 'thrown']), expect.any(Error)]);
  expect(await failureOf(dispatcher)).toEqual(bare);
});
