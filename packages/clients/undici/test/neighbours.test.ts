import { wrapFetch } from '@twicesafe/fetch';
import { hang, listenersOf, Origin, processThenReset, redirect, rejectionOf, status } from '@twicesafe/testing';
import {
  Agent,
  BalancedPool,
  type Dispatcher,
  fetch,
  interceptors,
  MockAgent,
  Pool,
  RetryAgent,
  request,
} from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { reportOf, retry, withRetry } from '../src/index.ts';

const agent = new Agent();
afterAll(() => agent.destroy());
const quick = { backoff: (): number => 1 };
const SAME_DISPATCHER =
  "retry() and undici's own retries are on the same dispatcher: leave out RetryAgent and interceptors.retry()";

describe("undici's own retries", () => {
  test.each<[string, () => Dispatcher]>([
    ['RetryAgent inside', () => new RetryAgent(agent).compose(retry())],
    ['RetryAgent around', () => new RetryAgent(agent.compose(retry()))],
    ['interceptors.retry around', () => agent.compose(retry(), interceptors.retry())],
    ['interceptors.retry inside, hidden', () => agent.compose(interceptors.retry(), interceptors.redirect(), retry())],
  ])('%s: a clear error, and nothing is sent', async (_, compose) => {
    await using origin = await Origin.listen();

    const error = await rejectionOf(request(origin.url, { dispatcher: compose(), method: 'POST', body: 'x' }));

    expect(error.message).toBe(SAME_DISPATCHER);
    expect(origin.requests).toEqual([]);
  });

  test('interceptors.retry right inside is an error at once', () => {
    expect(() => agent.compose(interceptors.retry(), retry())).toThrow(SAME_DISPATCHER);
  });

  test('retryOptions and a retry member would be ignored, so they are errors', async () => {
    const dispatcher = agent.compose(retry());
    const url = 'http://127.0.0.1:9/';

    const options = { dispatcher, retryOptions: { maxRetries: 2 } };
    expect((await rejectionOf(request(url, options))).message).toBe(
      "retryOptions is for undici's own retries: pass twicesafe's with withRetry(options, retry)",
    );
    for (const given of [{ idempotencyKey: 'a' }, { body: () => 'x' }]) {
      const other = { dispatcher, retry: given } as object;
      expect((await rejectionOf(request(url, other))).message).toBe(
        'retry belongs in withRetry(options, retry): undici has no such option',
      );
    }
  });
});

describe('withRetry', () => {
  test('names the problem immediately', () => {
    expect(() => withRetry({}, { maxAttemps: 2 } as never)).toThrow(/no member "maxAttemps"/);
    expect(() => withRetry({}, 3 as never)).toThrow('retry must be an object with retry options, or false, not 3');
    expect(() => withRetry({}, { body: 'x' } as never)).toThrow(
      'retry.body must be a function that makes a body, not string',
    );
  });

  test('false turns retries off', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const response = await request(origin.url, withRetry({ dispatcher: agent.compose(retry(quick)) }, false));

    expect(response.statusCode).toBe(503);
  });

  test('a key stays with the origin that it was made for', async () => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    origin.plays(redirect(307, other.url));
    other.plays(processThenReset());
    const hops = agent.compose(retry(quick), interceptors.redirect({ maxRedirections: 3 }));

    const options = withRetry({ dispatcher: hops, method: 'POST', body: 'x' } as const, { idempotencyKey: 'order-7' });
    await rejectionOf(request(origin.url, options));

    expect(origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7']);
    expect(other.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined]);
  });
});

describe('interceptors of others', () => {
  /** Sends on with a handler of its own, which announces nothing. */
  const silent: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart() {},
      onResponseStart: (controller, ...parameters) => handler.onResponseStart?.(controller, ...parameters),
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    });

  test.each([
    ['a reset after processing', {}],
    ['a time limit', { attemptTimeoutMs: 500 }],
  ])('one that announces nothing proves nothing: %s', async (_, options) => {
    await using origin = await Origin.listen();
    const { processThenHang } = await import('@twicesafe/testing');
    origin.plays('attemptTimeoutMs' in options ? processThenHang() : processThenReset());
    const dispatcher = agent.compose(silent, retry({ ...quick, ...options }));

    const error = await rejectionOf(request(origin.url, { dispatcher, method: 'POST', body: 'x' }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    expect(origin.applied).toEqual(['POST']);
  });

  test('one that announces nothing leaves no listener on a signal', async () => {
    await using origin = await Origin.listen();
    const { signal } = new AbortController();
    const dispatcher = agent.compose(silent, retry(quick));

    await (await request(origin.url, { dispatcher, signal })).body.dump();

    expect(listenersOf(signal)).toBe(0);
  });

  test('one that sends another request after the start proves nothing by its error', async () => {
    await using origin = await Origin.listen();
    const closed = await Origin.listen();
    await closed.close();
    const audits: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd: () =>
          void dispatch(
            { ...options, origin: new URL(closed.url).origin },
            { ...passing(handler), onRequestStart() {} },
          ),
        onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
      });
    const dispatcher = agent.compose(audits, retry(quick));

    const error = await rejectionOf(request(origin.url, { dispatcher, method: 'POST', body: 'x' }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }] });
    expect(origin.applied).toEqual(['POST']);
  });

  test('one that throws ends the call, with its own error', async () => {
    const mine = new Error('mine');
    const throwing: Dispatcher.DispatcherComposeInterceptor = () => (_options, _handler) => {
      throw mine;
    };
    const dispatcher = agent.compose(throwing, retry(quick));

    const error = await rejectionOf(request('http://127.0.0.1:9/', { dispatcher, method: 'PUT', body: 'x' }));

    expect(error).toBe(mine);
    expect(reportOf(error)).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'programmer-error' } });
  });

  test('one that aborts a PUT under way fails, so the PUT is repeated', async () => {
    await using origin = await Origin.listen();
    origin.plays(hang());
    let attempts = 0;
    const aborting: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
      dispatch(options, {
        ...passing(handler),
        onRequestStart: (controller, context) => {
          handler.onRequestStart?.(controller, context);
          if (attempts++ === 0) void origin.received(1).then(() => controller.abort(new Error('too slow')));
        },
      });
    const dispatcher = agent.compose(aborting, retry(quick));

    const { statusCode } = await request(origin.url, { dispatcher, method: 'PUT', body: 'x' });

    expect(statusCode).toBe(200);
    expect(origin.requests).toHaveLength(2);
  });

  test("one that says that a request was aborted as it waited ends the call with the caller's abort", async () => {
    const reason = new Error('mine');
    const leaving: Dispatcher.DispatcherComposeInterceptor = () => (_, handler) => {
      handler.onResponseError?.({ aborted: true } as Dispatcher.DispatchController, reason);
      return true;
    };
    const dispatcher = agent.compose(leaving, retry(quick));

    const error = await rejectionOf(request('http://127.0.0.1:9/', { dispatcher, method: 'PUT', body: 'x' }));

    expect(error).toBe(reason);
    expect(reportOf(error)?.decision.reason).toBe('aborted');
  });

  test('MockAgent works, and its replies are judged', async () => {
    const mock = new MockAgent();
    mock.disableNetConnect();
    mock.get('http://mocked.test').intercept({ path: '/', method: 'PUT', body: 'x' }).reply(503);
    mock.get('http://mocked.test').intercept({ path: '/', method: 'PUT', body: 'x' }).reply(200, 'mocked');
    const dispatcher = mock.compose(retry(quick));

    const response = await request('http://mocked.test/', { dispatcher, method: 'PUT', body: 'x' });

    expect(await response.body.text()).toBe('mocked');
    await mock.close();
  });

  test.each<[string, () => Dispatcher]>([
    ['twice in one chain', () => agent.compose(retry(quick), retry(quick))],
    ['twice, one by one', () => agent.compose(retry(quick)).compose(retry(quick))],
    ['with another between', () => agent.compose(retry(quick), interceptors.redirect(), retry(quick))],
  ])('retry %s does not multiply', async (_, compose) => {
    await using origin = await Origin.listen();
    origin.plays(...Array.from({ length: 9 }, () => status(503)));

    await (await request(origin.url, { dispatcher: compose() })).body.dump();

    expect(origin.requests).toHaveLength(3);
  });
});

describe('fetch', () => {
  test("undici's own goes through, and a GET is repeated", async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const response = await fetch(origin.url, { dispatcher: agent.compose(retry(quick)) });

    expect(await response.text()).toBe('ok');
    expect(origin.requests).toHaveLength(2);
  });

  test('its abort in a wait is answered at once', async () => {
    const closed = await Origin.listen();
    await closed.close();
    const dispatcher = agent.compose(retry({ backoff: () => 60_000 }));

    const error = await rejectionOf(fetch(closed.url, { dispatcher, signal: AbortSignal.timeout(60) }));

    expect(error.name).toBe('TimeoutError');
  });

  test('wrapped as well does not multiply', async () => {
    await using origin = await Origin.listen();
    origin.plays(...Array.from({ length: 9 }, () => status(503)));
    const wrapped = wrapFetch(fetch as unknown as typeof globalThis.fetch, quick);

    const response = await wrapped(origin.url, { dispatcher: agent.compose(retry(quick)) } as RequestInit);

    expect(response.status).toBe(503);
    expect(origin.requests).toHaveLength(3);
  });

  test("Node's own dispatcher with undici 7 handlers behaves as without twicesafe", async () => {
    await using origin = await Origin.listen();
    const through = (dispatcher: Dispatcher): Promise<string> =>
      globalThis.fetch(origin.url, { dispatcher } as RequestInit).then(
        (response) => response.text(),
        (error: Error) => (error.cause as Error).message,
      );

    expect(await through(agent.compose(retry(quick)))).toBe(await through(agent));
  });
});

test('a pool without an origin in its options works, also when closed or destroyed', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const pool = new Pool(new URL(origin.url).origin);
  const dispatcher = pool.compose(retry(quick));

  const { body } = await dispatcher.request({ path: '/', method: 'GET' });
  expect(await body.text()).toBe('ok');
  await pool.close();
  for (const method of ['GET', 'POST'] as const) {
    const error = await rejectionOf(dispatcher.request({ path: '/', method }));
    expect(error.name).toBe('ClientDestroyedError');
    expect(reportOf(error)).toMatchObject({
      attempts: [{ delivery: 'never-sent' }],
      decision: { reason: 'permanent-failure' },
      effect: 'not-applied',
    });
  }
  expect(origin.requests).toHaveLength(2);
});

test('each server of a BalancedPool gets the key', async () => {
  await using one = await Origin.listen();
  await using other = await Origin.listen();
  one.plays(processThenReset());
  other.plays(processThenReset());
  const pool = new BalancedPool([one, other].map(({ url }) => new URL(url).origin));
  const dispatcher = pool.compose(retry(quick));

  const options = withRetry({ path: '/', method: 'POST', body: 'x' } as const, { idempotencyKey: 'order-7' });
  const { statusCode } = await dispatcher.request(options);
  await pool.destroy();

  expect(statusCode).toBe(200);
  const requests = [...one.requests, ...other.requests];
  expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(3).fill('order-7'));
});

function passing(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  return {
    onResponseStart: (controller, ...parameters) => handler.onResponseStart?.(controller, ...parameters),
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  };
}
