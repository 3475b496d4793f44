import { Readable } from 'node:stream';
import { Origin, rejectionOf, resetAfterReading, status } from '@twicesafe/testing';
import { Agent, type Dispatcher, FormData, request } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { protocol, type RetryOptions, reportOf, retry, type UndiciRetryOptions, withRetry } from '../src/index.ts';

const agent = new Agent();
afterAll(() => agent.destroy());
const quick: RetryOptions = { backoff: () => 1 };
const dispatcher = agent.compose(retry(quick));
const keeping: RetryOptions = { ...quick, bufferRequestBytes: 100 };

test('a request whose body is null is repeated', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));

  const { statusCode } = await request(origin.url, { dispatcher, method: 'PUT', body: null });

  expect(statusCode).toBe(200);
});

test("undici's own FormData arrives with the same boundary on every attempt", async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const body = new FormData();
  body.set('order', 'seven');

  await request(origin.url, { dispatcher, method: 'PUT', body });

  const [first, second] = origin.requests;
  expect(first?.text).toContain('seven');
  expect(second?.text).toBe(first?.text);
});

test.each<[name: string, make: () => { body: unknown; change: () => unknown }]>([
  [
    'a part of a Buffer',
    () => {
      const whole = Buffer.from('no bytes here');
      return { body: whole.subarray(3, 8), change: () => whole.fill(0) };
    },
  ],
  [
    'a DataView',
    () => {
      const whole = new TextEncoder().encode('no bytes here');
      return { body: new DataView(whole.buffer, 3, 5), change: () => whole.fill(0) };
    },
  ],
  [
    'an ArrayBuffer',
    () => {
      const whole = new TextEncoder().encode('bytes');
      return { body: whole.buffer, change: () => whole.fill(0) };
    },
  ],
  [
    'a list',
    () => {
      const body = ['by', 'tes'];
      return { body, change: () => body.pop() };
    },
  ],
])('%s that the caller changes meanwhile arrives as it was', async (_, make) => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const { body, change } = make();

  const sent = request(origin.url, { dispatcher, method: 'PUT', body: body as Buffer });
  await origin.received(1);
  change();
  await sent;

  expect(origin.requests.map(({ text }) => text)).toEqual(['bytes', 'bytes']);
});

test('a body that undici refuses gets its error, with bufferRequestBytes too', async () => {
  const url = 'http://127.0.0.1:9/';
  const put = { method: 'PUT', body: {} as Readable } as const;

  const bare = await rejectionOf(request(url, { ...put, dispatcher: agent }));
  const error = await rejectionOf(request(url, { ...put, dispatcher: agent.compose(retry(keeping)) }));

  expect(bare.message).toMatch(/^body must be/);
  expect([error.name, error.message]).toEqual([bare.name, bare.message]);
});

test.each<[name: string, method: Dispatcher.HttpMethod, options: RetryOptions, make: () => unknown]>([
  ['bytes of a POST', 'POST', quick, () => Buffer.from('bytes')],
  ['a list of a POST', 'POST', quick, () => ['bytes']],
  ['a stream of a POST', 'POST', keeping, () => Readable.from(['bytes'])],
  ['a stream of a PUT without bufferRequestBytes', 'PUT', quick, () => Readable.from(['bytes'])],
  ['a string of a PUT', 'PUT', quick, () => 'bytes'],
])('%s goes out in the very options of the caller', async (_, method, options, make) => {
  await using origin = await Origin.listen();
  const seen: unknown[] = [];
  const watching: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (given, handler) => {
    seen.push(given);
    return dispatch(given, handler);
  };
  const given = { origin: new URL(origin.url).origin, path: '/', method, body: make() as Readable };
  const answered = Promise.withResolvers<void>();

  agent.compose(watching, retry(options)).dispatch(given, {
    onRequestStart() {},
    onResponseEnd: () => answered.resolve(),
    onResponseError: (_controller, error) => answered.reject(error),
  });
  await answered.promise;

  expect(seen).toHaveLength(1);
  expect(seen[0]).toBe(given);
  expect(origin.requests.map(({ text }) => text)).toEqual(['bytes']);
});

test.each<[name: string, make: () => unknown]>([
  ['a stream that bufferRequestBytes keeps', () => Readable.from(['query {}'])],
  ['text', () => 'query {}'],
  ['bytes', () => Buffer.from('query {}')],
])('a protocol reads %s', async (_, make) => {
  await using origin = await Origin.listen();
  origin.plays(resetAfterReading());
  const queries = protocol({
    name: 'Plain queries',
    read: ({ body }) => (body()?.startsWith('query') ? { subject: 'plain query', semantics: 'safe' } : undefined),
  });
  const reading = agent.compose(retry({ ...keeping, protocols: [queries] }));

  await request(origin.url, { dispatcher: reading, method: 'POST', body: make() as Readable });

  expect(origin.requests.map(({ text }) => text)).toEqual(['query {}', 'query {}']);
});

describe('a body that fails with the words of HTTP/2 for a refusal proves nothing', () => {
  const refusal = (): Error =>
    Object.assign(new Error('Stream closed with error code NGHTTP2_REFUSED_STREAM'), {
      code: 'ERR_HTTP2_STREAM_ERROR',
    });
  async function* failing(origin: Origin): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a part');
    await origin.received(1);
    throw refusal();
  }

  type Made = { readonly body?: AsyncIterable<Uint8Array>; readonly word?: UndiciRetryOptions };
  test.each<[name: string, options: RetryOptions, make: (body: () => AsyncIterable<Uint8Array>) => Made]>([
    ['a stream', quick, (body) => ({ body: Readable.from(body()) })],
    ['an async iterable', quick, (body) => ({ body: body() })],
    ['with bufferRequestBytes', keeping, (body) => ({ body: body() })],
    ['made by retry.body', quick, (body) => ({ word: { body, maxAttempts: 1 } })],
  ])('%s', async (_, options, make) => {
    await using origin = await Origin.listen();
    const { body, word = {} } = make(() => failing(origin));
    const given = { dispatcher: agent.compose(retry(options)), method: 'PUT', body: body as Readable } as const;

    const error = await rejectionOf(request(origin.url, withRetry(given, word)));

    expect(error.message).toBe(refusal().message);
    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)?.attempts.map(({ delivery }) => delivery)).toEqual(['unknown']);
  });
});

describe('retry.body', () => {
  test.each<[given: string, make: () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a promise', async () => 'no'],
  ])('must not return %s', async (given, make) => {
    await using origin = await Origin.listen();
    const options = withRetry({ dispatcher, method: 'PUT' } as const, { body: make as () => string });

    const error = await rejectionOf(request(origin.url, options));

    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe(`retry.body must return a body, not ${given}`);
    expect(reportOf(error)).toMatchObject({
      attempts: { length: 1 },
      decision: { reason: 'programmer-error' },
      effect: 'not-applied',
    });
    expect(origin.requests).toHaveLength(0);
  });

  test('that fails for a retry ends the call, and its attempt was never sent', async () => {
    await using origin = await Origin.listen();
    origin.plays(resetAfterReading());
    const bodies = ['first'];
    const options = withRetry({ dispatcher, method: 'PUT' } as const, { body: () => bodies.pop() as string });

    const error = await rejectionOf(request(origin.url, options));

    expect(reportOf(error)).toMatchObject({
      attempts: [{ delivery: 'unknown' }, { delivery: 'never-sent' }],
      decision: { reason: 'programmer-error' },
      effect: 'maybe-applied',
    });
    expect(origin.requests).toHaveLength(1);
  });

  test('and a body are one too many', async () => {
    const options = { dispatcher, method: 'PUT', body: 'one' } as const;

    const error = await rejectionOf(request('http://127.0.0.1:9/', withRetry(options, { body: () => 'two' })));

    expect(error.message).toBe('The body must be body or retry.body, not both');
  });

  test('may stand beside a body of null', async () => {
    await using origin = await Origin.listen();
    const options = { dispatcher, method: 'PUT', body: null } as const;

    await request(origin.url, withRetry(options, { body: () => 'made' }));

    expect(origin.requests.map(({ text }) => text)).toEqual(['made']);
  });
});

test('a stream that the caller destroyed meanwhile is not sent again', async () => {
  const origin = await Origin.listen();
  await origin.close();
  const body = Readable.from(['once']);
  const reopening = agent.compose(
    retry({
      backoff: () => 20,
      onEvent: ({ type }) => {
        if (type !== 'retry-scheduled') return;
        body.destroy();
        void origin.reopen();
      },
    }),
  );

  const error = await rejectionOf(request(origin.url, { dispatcher: reopening, method: 'PUT', body }));

  expect(reportOf(error)?.decision.reason).toBe('body-not-replayable');
  await origin.close();
});
