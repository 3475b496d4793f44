import { EventEmitter } from 'node:events';
import { createReadStream } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline as pipe } from 'node:stream/promises';
import { Origin, processThenReset, serve, status } from '@twicesafe/testing';
import { Agent, type Dispatcher, request, stream } from 'undici';
import { afterAll, expect, test } from 'vitest';
import { explain, reportOf, retry, withRetry } from '../src/index.ts';

const agent = new Agent();
const dispatcher = agent.compose(retry({ backoff: () => 1 }));
afterAll(() => agent.destroy());

const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: Error) => error,
  );

test('request retries a PUT after 503 and never a POST, and reports both', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503), status(200, { body: 'ok' }), status(503));

  const put = await request(origin.url, { dispatcher, method: 'PUT', body: 'one' });
  const post = await request(origin.url, { dispatcher, method: 'POST', body: 'one' });

  expect([put.statusCode, await put.body.text()]).toEqual([200, 'ok']);
  expect(post.statusCode).toBe(503);
  await post.body.dump();
  expect(reportOf(put)?.attempts).toHaveLength(2);
  expect(reportOf(put.headers)).toEqual(reportOf(put));
  expect(explain(post)).toContain('No retry');
});

test('stream writes the response of the last attempt, and nothing of the ones before', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503, { body: 'busy' }), status(200, { body: 'here' }));
  const written: string[] = [];
  const statuses: number[] = [];

  await stream(origin.url, { dispatcher, method: 'GET' }, ({ statusCode }) => {
    statuses.push(statusCode);
    return new Writable({
      write(chunk, _, done) {
        written.push(String(chunk));
        done();
      },
    });
  });

  expect(statuses).toEqual([200]);
  expect(written.join('')).toBe('here');
});

test('pipeline sends its input once, even after a refused connection', async () => {
  await using origin = await Origin.listen();
  await origin.close();
  let attempts = 0;
  const reopening = agent.compose(
    retry({
      backoff: () => 20,
      onEvent: ({ type }) => {
        if (type === 'retry-scheduled' && attempts++ === 0) void origin.reopen();
      },
    }),
  );
  const received: string[] = [];

  await pipe(
    Readable.from(['a', 'b', 'c']),
    reopening.pipeline({ origin: new URL(origin.url).origin, path: '/', method: 'POST' }, ({ body }) => body),
    async (source) => {
      for await (const chunk of source) received.push(String(chunk));
    },
  );

  expect(attempts).toBe(1);
  expect(received.join('')).toBe('ok');
  expect(origin.requests.map((each) => each.text)).toEqual(['abc']);
});

test('sends a stream again, whole, if it provably never started', async () => {
  await using origin = await Origin.listen();
  await origin.close();
  const reopening = agent.compose(
    retry({ backoff: () => 20, onEvent: ({ type }) => void (type === 'retry-scheduled' && origin.reopen()) }),
  );
  const body = createReadStream(import.meta.filename);

  const response = await request(origin.url, { dispatcher: reopening, method: 'POST', body });

  expect(response.statusCode).toBe(200);
  await response.body.dump();
  expect(origin.requests.map((each) => each.text)).toEqual([await text(createReadStream(import.meta.filename))]);
  expect(reportOf(response)?.attempts[0]).toMatchObject({ delivery: 'never-sent' });
});

test('a stream that started is not sent again: neither empty nor cut', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset());

  const sent = request(origin.url, { dispatcher, method: 'PUT', body: Readable.from([Buffer.from('once')]) });

  expect(reportOf(await rejection(sent))?.decision.reason).toBe('body-not-replayable');
  expect(origin.requests).toHaveLength(1);
});

test('bufferRequestBytes keeps a short stream for the next attempt', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const buffering = agent.compose(retry({ backoff: () => 1, bufferRequestBytes: 100 }));
  const options = { dispatcher: buffering, method: 'PUT', body: Readable.from([Buffer.from('one')]) } as const;

  const response = await request(origin.url, options);
  await response.body.dump();

  expect(origin.requests.map((each) => each.text)).toEqual(['one', 'one']);
});

test('retry.body makes a body for every attempt, and unusable ones are refused before sending', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const put = { dispatcher, method: 'PUT' } as const;

  const response = await request(origin.url, withRetry(put, { body: () => Readable.from([Buffer.from('fresh')]) }));
  await response.body.dump();
  const error = await rejection(request(origin.url, withRetry(put, { body: () => Promise.resolve('no') as never })));

  expect(origin.requests.map((each) => each.text)).toEqual(['fresh', 'fresh']);
  expect(error.message).toBe('retry.body must return a body, not a promise');
  expect(reportOf(error)).toMatchObject({ effect: 'not-applied' });
});

function* pairs(): Generator<[string, string]> {
  yield ['X-Mine', 'a'];
}

test.each([
  ['an object', { 'X-Mine': 'a', 'Idempotency-KEY': 'order-7' }],
  ['names and values in turn', ['X-Mine', 'a', 'idempotency-key', 'order-7']],
  ['a generator of pairs', pairs()],
  ['a Map', new Map([['x-mine', 'a']])],
  ['Headers', new Headers({ 'x-mine': 'a' })],
])('headers as %s are the same on every attempt, with our key', async (_, headers) => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const options = { dispatcher, method: 'POST', headers } as Parameters<typeof request>[1] & object;

  const response = await request(origin.url, withRetry(options, { idempotencyKey: 'order-7' }));
  await response.body.dump();

  const arrived = origin.requests.map((each) => [each.headers['x-mine'], each.headers['idempotency-key']]);
  expect(arrived).toEqual([
    ['a', 'order-7'],
    ['a', 'order-7'],
  ]);
});

test('headers that can be read only once are sent without a key, too', async () => {
  await using origin = await Origin.listen();
  const options = { dispatcher, headers: pairs() } as Parameters<typeof request>[1] & object;

  await (await request(origin.url, options)).body.dump();

  expect(origin.requests.map(({ headers }) => headers['x-mine'])).toEqual(['a']);
});

test('headers that the caller changes meanwhile are sent again as they were', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const headers = { 'x-mine': 'a' };

  const sent = request(origin.url, { dispatcher, headers });
  await origin.received(1);
  headers['x-mine'] = 'b';
  await (await sent).body.dump();

  expect(origin.requests.map((each) => each.headers['x-mine'])).toEqual(['a', 'a']);
});

test('trailers, interim responses and raw headers come from the final attempt', async () => {
  let sends = 0;
  await using server = await serve((incoming, response) => {
    sends++;
    incoming.resume();
    response.writeEarlyHints({ link: `</${sends}.css>; rel=preload` });
    if (sends === 1) return void response.writeHead(503).end();
    response.writeHead(200, { trailer: 'x-sum', 'X-Case': 'Kept' });
    response.addTrailers({ 'x-sum': '7' });
    response.end('body');
  });
  const hints: unknown[] = [];

  const response = await request(server.url, {
    dispatcher,
    responseHeaders: 'raw',
    onInfo: ({ statusCode, headers }) => void hints.push([statusCode, headers]),
  });

  expect(await response.body.text()).toBe('body');
  expect(response.trailers).toEqual({ 'x-sum': '7' });
  expect(response.headers).toContain('X-Case');
  expect(hints).toHaveLength(2);
});

test('upgrade and CONNECT pass through untouched', async () => {
  await using server = await serve(() => {});
  server.server.on('upgrade', (_, socket) =>
    socket.end('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\nhi'),
  );
  server.server.on('connect', (_, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\ntunnel'));
  const origin = new URL(server.url).origin;

  const upgraded = await dispatcher.upgrade({ origin, path: '/', protocol: 'chat' } as Dispatcher.UpgradeOptions);
  const connected = await dispatcher.connect({ origin, path: 'example.test:80' });

  expect(await text(upgraded.socket)).toBe('hi');
  expect(await text(connected.socket)).toBe('tunnel');
});

test("a dispatcher's answer about more requests is passed on", async () => {
  await using origin = await Origin.listen();
  const pool = new Agent({ connections: 1, pipelining: 1 });
  const composed = pool.compose(retry());
  const options = { origin: new URL(origin.url).origin, path: '/', method: 'GET' } as const;
  const done = Promise.withResolvers<void>();
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData() {},
    onResponseEnd: () => done.resolve(),
    onResponseError: (_, error) => done.reject(error),
  };

  const bare = pool.dispatch(options, { ...handler });
  const wrapped = composed.dispatch(options, handler);

  await done.promise;
  expect(wrapped).toBe(bare);
  await pool.close();
});

test('a dispatcher takes more requests as long as none says otherwise', () => {
  const throwing: Dispatcher.DispatcherComposeInterceptor = () => (_options, _handler) => {
    throw new Error('mine');
  };
  const options = { origin: 'http://127.0.0.1:9', path: '/', method: 'GET' } as const;

  const accepted = agent.compose(throwing, retry()).dispatch(options, { onRequestStart() {}, onResponseError() {} });

  expect(accepted).toBe(true);
});

test('an event emitter may be the signal', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const signal = new EventEmitter();
  const waiting = agent.compose(retry({ backoff: () => 60_000 }));

  const sent = rejection(request(origin.url, { dispatcher: waiting, signal }));
  await origin.received(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  signal.emit('abort');

  expect((await sent).name).toBe('AbortError');
});
