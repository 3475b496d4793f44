import { Readable } from 'node:stream';
import { Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import { describe, expect, test, vi } from 'vitest';
import { type ProtocolRequest, protocol, type RetryOptions, reportOf, wrapFetch } from '../src/index.ts';

const soon = { backoff: () => 20 };
const stream = (text: string) => new Blob([text]).stream();

test('a function makes a new stream for every attempt', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503), processThenReset());
  let made = 0;

  const response = await wrapFetch(undefined, soon)(origin.url, {
    method: 'PUT',
    retry: {
      body: () => {
        made++;
        return stream('order');
      },
    },
  });

  expect(response.status).toBe(200);
  expect(made).toBe(3);
  expect(origin.requests.map(({ text }) => text)).toEqual(['order', 'order', 'order']);
});

test('the caller gets the error that the function throws', async () => {
  await using origin = await Origin.listen();
  const mine = new Error('no file');
  const body = () => {
    throw mine;
  };

  const error = await rejectionOf(wrapFetch(undefined, soon)(origin.url, { method: 'PUT', retry: { body } }));

  expect(error).toBe(mine);
  expect(origin.requests).toHaveLength(0);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ outcome: { kind: 'programmer-error' }, delivery: 'never-sent' }],
    effect: 'not-applied',
  });
});

test.each([
  ['undefined', () => undefined],
  ['null', () => null],
  ['a promise', async () => 'order'],
])('a function that makes %s sends nothing', async (name, make) => {
  await using origin = await Origin.listen();
  const body = make as () => never;

  const error = await rejectionOf(wrapFetch(undefined, soon)(origin.url, { method: 'POST', retry: { body } }));

  expect(error.message).toBe(`init.retry.body must return a body, not ${name}`);
  expect(origin.requests).toHaveLength(0);
});

test('a function adds a body and duplex to the init, and nothing else', async () => {
  const inner = vi.fn(async () => new Response());

  await wrapFetch(inner)('http://origin.test/', { method: 'PUT', retry: { body: () => 'order' } });
  await wrapFetch(inner)('http://origin.test/', { duplex: 'full', retry: { body: () => 'order' } } as object);

  expect(inner.mock.calls).toEqual([
    ['http://origin.test/', { method: 'PUT', body: 'order', duplex: 'half' }],
    ['http://origin.test/', { body: 'order', duplex: 'full' }],
  ]);
});

test.each([null, undefined])('init.body may be %s beside a function', async (none) => {
  await using origin = await Origin.listen();

  await wrapFetch()(origin.url, { method: 'PUT', body: none as null, retry: { body: () => 'order' } });

  expect(origin.requests.map(({ text }) => text)).toEqual(['order']);
});

test.each<[string, (url: string, make: () => AsyncIterable<Uint8Array>) => unknown[]]>([
  ['an iterable', (url, make) => [url, { method: 'POST', body: make(), duplex: 'half' }]],
  ['a Request', (url, make) => [new Request(url, { method: 'POST', body: make(), duplex: 'half' } as never)]],
  ['a function', (url, make) => [url, { method: 'POST', retry: { body: make } }]],
])('the error of the stream of %s refuses nothing, whatever it says', async (_, call) => {
  await using origin = await Origin.listen();
  // As from a source that is read over HTTP/2.
  const error = Object.assign(new Error('NGHTTP2_REFUSED_STREAM'), { code: 'ERR_HTTP2_STREAM_ERROR' });
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('order');
    throw error;
  }

  const thrown = await rejectionOf(wrapFetch(undefined, soon)(...(call(origin.url, body) as [string])));

  expect(reportOf(thrown)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
});

test('a form that the caller changes meanwhile is sent as it was, after a refused connection too', async () => {
  await using origin = await Origin.listen();
  await origin.refuses(1);
  const body = new FormData();
  body.set('order', 'one');

  const sent = wrapFetch(undefined, soon)(origin.url, { method: 'POST', body });
  body.set('order', 'two');
  const response = await sent;

  expect(reportOf(response)?.attempts).toHaveLength(2);
  const [{ text } = { text: '' }, ...repeats] = origin.requests;
  expect(text).toMatch(/name="order"\r\n\r\none\r\n/);
  expect(repeats).toEqual([]);
});

test.each([['ReadableStream'], ['FormData'], ['URLSearchParams'], ['Blob']])(
  'a runtime without %s, such as React Native, sends an iterable',
  async (name) => {
    const inner = vi.fn(async () => new Response());
    vi.stubGlobal(name, undefined);
    const body = { [Symbol.asyncIterator]() {} } as never;

    await wrapFetch(inner)('http://origin.test/', { method: 'PUT', body }).finally(() => vi.unstubAllGlobals());

    expect(inner).toHaveBeenCalledOnce();
  },
);

describe.each<[string, (text: string) => unknown]>([
  ['a stream', stream],
  ['an iterable', (text) => Readable.from([Buffer.from(text.slice(0, 500)), Buffer.from(text.slice(500))])],
])('%s', (_, make) => {
  test.each([
    ['up to bufferRequestBytes is sent again', 'x'.repeat(1000), [1000, 1000], 200],
    ['longer than bufferRequestBytes is sent once', 'x'.repeat(1001), [1001], 503],
  ])('%s', async (_name, text, lengths, code) => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const fetch = wrapFetch(undefined, { ...soon, bufferRequestBytes: 1000 });

    const response = await fetch(origin.url, { method: 'PUT', body: make(text), duplex: 'half' } as RequestInit);

    expect(response.status).toBe(code);
    expect(origin.requests.map((request) => request.text.length)).toEqual(lengths);
    const stopped = { action: 'stop', reason: 'body-not-replayable' };
    if (code === 503) expect(reportOf(response)?.attempts[0]?.decision).toEqual(stopped);
  });
});

test.each<[string, (url: string, text: string) => [string | Request, RequestInit?]]>([
  ['a Request', (url, body) => [new Request(url, { method: 'POST', body })]],
  ['a stream', (url, text) => [url, { method: 'POST', body: stream(text), duplex: 'half' } as RequestInit]],
  ['an iterable', (url, text) => [url, { method: 'POST', body: Readable.from([text]), duplex: 'half' } as never]],
])('a protocol reads the body of %s, which is sent again', async (_, call) => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset());
  const read = ({ body }: ProtocolRequest) =>
    body() === 'query' ? { subject: 'a query', semantics: 'safe' as const } : undefined;
  const protocols = [protocol({ name: 'Queries', read })];

  await wrapFetch({ ...soon, protocols, bufferRequestBytes: 1000 })(...(call(origin.url, 'query') as [string]));

  expect(origin.requests.map(({ text }) => text)).toEqual(['query', 'query']);
});

test('a protocol can name a key by the body, and sees that a GET has none', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const key = { scheme: { header: 'Idempotency-Key' }, make: 'always' as const };
  const read = ({ body }: ProtocolRequest) =>
    body() === undefined ? undefined : { subject: body() ?? '', semantics: 'method' as const, idempotencyKey: key };
  const fetch = wrapFetch({ ...soon, protocols: [protocol({ name: 'Keys', namesKeys: true, read })] });

  await fetch(origin.url);
  await fetch(origin.url, { method: 'POST', body: 'order' });

  const sent = origin.requests.map(({ method, headers }) => [method, headers['idempotency-key']]);
  expect(sent).toEqual([
    ['GET', undefined],
    ['GET', undefined],
    ['POST', expect.any(String)],
  ]);
});

test.each<[string, string, RetryOptions]>([
  ["if the request isn't repeatable", 'POST', { bufferRequestBytes: 1000 }],
  ['without bufferRequestBytes', 'PUT', {}],
])("passes the caller's stream on untouched %s", async (_, method, options) => {
  const inner = vi.fn(async (_: string | Request, _init?: RequestInit) => new Response());
  const fetch = wrapFetch(inner, options);
  const request = new Request('http://origin.test/', { method, body: 'one' });
  const body = stream('two');

  await fetch(request);
  const tee = vi.spyOn(ReadableStream.prototype, 'tee');
  await fetch('http://origin.test/', { method, body });

  expect(tee).not.toHaveBeenCalled();
  expect(inner.mock.calls[0]?.[0]).toBe(request);
  expect(inner.mock.calls[1]?.[1]?.body).toBe(body);
  vi.restoreAllMocks();
});
