import { Readable } from 'node:stream';
import { Origin, processThenReset, rejectionOf, status, statusEarly, VirtualClock } from '@twicesafe/testing';
import ky, { type Hooks } from 'ky';
import { expect, test, vi } from 'vitest';
import { keys, protocol, reportOf, type WrappedOptions, wrapKy } from '../src/index.ts';
import { HastyClock, stageFor } from './support.ts';

const LONG = 2_000_000;
const textsOf = ({ requests }: Origin) => requests.map(({ text }) => text);
const lengthsOf = ({ requests }: Origin) => requests.map(({ body }) => body.length);

/** Refreshes a token, as many applications do. */
const refreshing: Hooks = {
  afterResponse: [({ response }) => (response.status === 401 ? ky.retry({ delay: 1 }) : undefined)],
};

test.each<[string, () => Blob | Uint8Array<ArrayBuffer> | ReadableStream]>([
  ['a long Blob', () => new Blob(['x'.repeat(LONG)])],
  ['long bytes', () => new Uint8Array(LONG)],
  ['a stream', () => new Blob(['x'.repeat(LONG)]).stream()],
])('a retry that a hook forces after a 401 sends %s again', async (_, make) => {
  await using stage = await stageFor({ hooks: refreshing });
  stage.origin.plays(status(401));

  const response = await stage.api.post('orders', { body: make() });

  expect(response.status).toBe(200);
  expect(lengthsOf(stage.origin)).toEqual([LONG, LONG]);
});

/** Bodies that can be read once, with the text `one`. */
const STREAMS: Readonly<Record<string, () => ReadableStream>> = {
  'a web stream': () => new Blob(['one']).stream(),
  'a Node stream': () => Readable.from([Buffer.from('one')]) as unknown as ReadableStream,
  'an async iterable': () =>
    (async function* () {
      yield new TextEncoder().encode('o');
      yield new TextEncoder().encode('ne');
    })() as unknown as ReadableStream,
};

test.each(Object.entries(STREAMS))('bufferRequestBytes sends %s again', async (_, make) => {
  await using stage = await stageFor({}, { bufferRequestBytes: 3 });
  stage.origin.plays(status(503), status(503));

  expect((await stage.api.put('orders/7', { body: make() })).status).toBe(200);
  expect(textsOf(stage.origin)).toEqual(['one', 'one', 'one']);
});

test.each(Object.entries(STREAMS))(
  '%s is sent once without bufferRequestBytes, or if it is longer',
  async (_, make) => {
    await using stage = await stageFor();
    const short = wrapKy(stage.api, { bufferRequestBytes: 2, backoff: () => 1 });
    stage.origin.plays(status(503), status(503));

    for (const api of [stage.api, short]) {
      const error = await rejectionOf(api.put('orders/7', { body: make() }));
      expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'body-not-replayable' });
    }
    expect(textsOf(stage.origin)).toEqual(['one', 'one']);
  },
);

test('sends a Request again whole unless its body is too long to keep', async () => {
  await using stage = await stageFor();
  stage.origin.plays(status(425));
  await stage.api(new Request(stage.origin.url, { method: 'POST', body: 'one' }));
  stage.origin.plays(status(425));
  const error = await rejectionOf(stage.api(new Request(stage.origin.url, { method: 'POST', body: 'x'.repeat(LONG) })));

  expect(lengthsOf(stage.origin)).toEqual([3, 3, LONG]);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'body-not-replayable' });
});

test.each([
  ['a stream', () => new Blob(['x']).stream()],
  ['a long Blob', () => new Blob(['x'.repeat(LONG)])],
  ['long bytes', () => new Uint8Array(LONG)],
])('a POST of %s is not copied: it cannot be repeated', async (_, make) => {
  const clone = vi.spyOn(Request.prototype, 'clone');
  await using stage = await stageFor();
  stage.origin.plays(processThenReset());

  await rejectionOf(stage.api.post('orders', { body: make() }));

  expect(clone).not.toHaveBeenCalled();
  clone.mockRestore();
});

test('resends a long Blob without copying its bytes', async () => {
  const clone = vi.spyOn(Request.prototype, 'clone');
  await using stage = await stageFor();
  stage.origin.plays(status(503), status(503));

  await stage.api.put('orders/7', { body: new Blob(['x'.repeat(LONG)]) });

  expect(lengthsOf(stage.origin)).toEqual([LONG, LONG, LONG]);
  expect(clone).not.toHaveBeenCalled();
  clone.mockRestore();
});

test('sends a body that a hook put in place of a long Blob on every attempt', async () => {
  const encrypting: Hooks = {
    beforeRequest: [({ request }) => new Request(request.url, { method: 'PUT', body: 'encrypted' })],
  };
  await using stage = await stageFor({ hooks: encrypting });
  stage.origin.plays(status(503));

  await stage.api.put('orders/7', { body: new Blob(['x'.repeat(LONG)]) });

  expect(textsOf(stage.origin)).toEqual(['encrypted', 'encrypted']);
});

test('answers an abort while the rest of a stream may arrive', async () => {
  const stalled = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
  const controller = new AbortController();
  const mine = new Error('mine');
  class Aborting extends VirtualClock {
    override after(ms: number, callback: () => void): () => void {
      setImmediate(() => controller.abort(mine));
      return super.after(ms, callback);
    }
  }
  await using stage = await stageFor({}, { bufferRequestBytes: 1000, bufferResponseBytes: 0 }, new Aborting());
  stage.origin.plays(statusEarly(503));

  const sent = stage.api.put('orders/7', { body: stalled, signal: controller.signal });

  await expect(sent).rejects.toBe(mine);
});

test.each<[string, WrappedOptions['retry'], () => Blob | Uint8Array<ArrayBuffer> | ReadableStream]>([
  ['a stream', {}, () => new Blob(['one']).stream()],
  ['a stream, without retries', 0, () => new Blob(['one']).stream()],
  ['a long Blob, without retries', { limit: 0 }, () => new Blob(['x'.repeat(LONG)])],
  ['long bytes, without retries', { maxAttempts: 1 }, () => new Uint8Array(LONG)],
])("a fetch of the caller's gets a request that it can copy: %s", async (_, retry, make) => {
  const logged: string[] = [];
  const logging: typeof fetch = async (input, init) => {
    logged.push(await (input as Request).clone().text());
    return fetch(input, init);
  };
  await using stage = await stageFor({ fetch: logging });

  await stage.api.post('orders', { body: make(), retry });

  expect(logged).toEqual(textsOf(stage.origin));
  expect(logged).toHaveLength(1);
});

test('long bytes that may be repeated are sent again', async () => {
  await using stage = await stageFor();
  stage.origin.plays(status(503));

  await stage.api.put('orders/7', { body: new Uint8Array(LONG) });

  expect(lengthsOf(stage.origin)).toEqual([LONG, LONG]);
});

test('a key that a browser would drop permits nothing', async () => {
  await using stage = await stageFor({}, { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) });
  stage.origin.plays(status(503));

  await rejectionOf(stage.api.post('orders', { mode: 'no-cors', body: 'one' }));

  expect(stage.origin.requests).toHaveLength(1);
});

test('recognizes an overlong body although the server answers before reading it', async () => {
  const late = async function* () {
    yield new Uint8Array(1);
    await stage.origin.received(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    yield new Uint8Array(10);
  };
  await using stage = await stageFor({}, { bufferRequestBytes: 5 });
  stage.origin.plays(statusEarly(503), statusEarly(503));

  const error = await rejectionOf(stage.api.put('orders/7', { body: late() as unknown as ReadableStream }));

  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'body-not-replayable' });
});

test('sends a long keyed body again, with one key', async () => {
  const generate = vi.fn(() => 'order-7');
  await using stage = await stageFor({}, { idempotencyKey: keys.custom({ header: 'Idempotency-Key', generate }) });
  stage.origin.plays(status(503));

  await stage.api.post('orders', { body: new Blob(['x'.repeat(LONG)]) });

  expect(lengthsOf(stage.origin)).toEqual([LONG, LONG]);
  expect(stage.origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', 'order-7']);
  expect(generate).toHaveBeenCalledOnce();
});

test('rules see the URL as it is sent, whatever baseUrl, prefix or searchParams say', async () => {
  await using origin = await Origin.listen();
  const rules = [{ url: new RegExp(`^${origin.url}v1/search$`), repeat: 'always' as const }];
  const options = { body: new Blob(['x'.repeat(LONG)]), searchParams: { q: 1 } };
  origin.plays(status(503));
  await wrapKy(ky.create({ baseUrl: `${origin.url}v1/` }), { rules, backoff: () => 1 }).post('search', options);
  origin.plays(status(503));
  await wrapKy(ky.create({ prefix: `${origin.url}v1` }), { rules, backoff: () => 1 }).post('search', options);

  expect(origin.requests.map(({ target }) => target)).toEqual(Array(4).fill('/v1/search?q=1'));
});

test('json keeps its bytes, also with a toJSON that cannot be enumerated', async () => {
  const order = Object.defineProperty({ id: 7 }, 'toJSON', { value: () => ({ seven: true }) });
  await using stage = await stageFor();
  const withDefault = wrapKy(ky.create({ prefix: stage.origin.url, json: order }), { backoff: () => 1 });
  stage.origin.plays(status(503));

  await stage.api.put('orders/7', { json: order });
  await withDefault.put('orders/7');

  expect(textsOf(stage.origin)).toEqual(Array(3).fill('{"seven":true}'));
});

const order = { order: 7 };

test.each<[string, () => Blob | Uint8Array<ArrayBuffer> | ReadableStream]>([
  ['a stream', () => new Blob(['x']).stream()],
  ['a long Blob', () => new Blob(['x'.repeat(LONG)])],
  ['long bytes', () => new Uint8Array(LONG)],
])('json is sent again, though %s is given too', async (_, make) => {
  await using stage = await stageFor();
  stage.origin.plays(status(425));

  await stage.api.post('orders', { json: order, body: make() });

  expect(textsOf(stage.origin)).toEqual(Array(2).fill(JSON.stringify(order)));
});

const form = (...values: (string | Blob)[]) => {
  const data = new FormData();
  for (const value of values) data.append('part', value as string);
  return data;
};
const LIMIT = 1_048_576;

test.each<[string, number, () => Blob | BufferSource | FormData]>([
  ['bytes of a mebibyte', 2, () => new Uint8Array(LIMIT)],
  ['more bytes than a mebibyte', 1, () => new Uint8Array(LIMIT + 1)],
  ['a long buffer', 1, () => new ArrayBuffer(LIMIT + 1)],
  ['a form with a long text', 2, () => form('x'.repeat(LIMIT + 1))],
  ['a form with a short file', 2, () => form(new Blob(['x']))],
  ['a form with long files', 1, () => form('x', ...[1, 2].map(() => new Blob([new Uint8Array(LIMIT / 2 + 1)])))],
])('a refused POST that must not be repeated is copied unless it is long: %s', async (_, requests, make) => {
  await using stage = await stageFor();
  stage.origin.plays(status(425));

  const settled: unknown = await stage.api.post('orders', { body: make() as Blob }).catch((error: unknown) => error);

  expect(stage.origin.requests).toHaveLength(requests);
  expect(reportOf(settled)?.attempts[0]?.decision.reason).toBe(requests === 1 ? 'body-not-replayable' : 'refused');
});

test('bufferRequestBytes sends a Request of that length again', async () => {
  await using stage = await stageFor({}, { bufferRequestBytes: LONG });
  stage.origin.plays(status(425));

  await stage.api(new Request(stage.origin.url, { method: 'POST', body: 'x'.repeat(LONG) }));

  expect(lengthsOf(stage.origin)).toEqual([LONG, LONG]);
});

test.each<[string, BodyInit, string | null]>([
  ['in place of long bytes', new Uint8Array(LONG), 'encrypted'],
  ['in place of a long Blob', new Blob(['x'.repeat(LONG)]), 'encrypted'],
  ['without a body, in place of a stream', new Blob(['x']).stream(), null],
])("a hook's request %s is sent again", async (_, body, text) => {
  const replacing: Hooks = {
    beforeRequest: [({ request }) => new Request(request.url, { method: 'POST', body: text })],
  };
  await using stage = await stageFor({ hooks: replacing });
  stage.origin.plays(status(425));

  await stage.api.post('orders', { body });

  expect(textsOf(stage.origin)).toEqual([text ?? '', text ?? '']);
});

test('a stream that takes too long to arrive is not sent again', async () => {
  const stalled = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
  await using stage = await stageFor({}, { bufferRequestBytes: 1000 }, new HastyClock());
  stage.origin.plays(statusEarly(503));

  const error = await rejectionOf(stage.api.put('orders/7', { body: stalled }));

  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'body-not-replayable' });
});

test('no timer is left of a stream that was sent again', async () => {
  const clock = new VirtualClock();
  await using stage = await stageFor({}, { bufferRequestBytes: 1000 }, clock);
  stage.origin.plays(status(503));

  await stage.api.put('orders/7', { body: new Blob(['one']).stream() });

  expect(textsOf(stage.origin)).toEqual(['one', 'one']);
  expect(clock.pending).toBe(0);
});

test.each<[string, () => WrappedOptions, string | undefined]>([
  ['json', () => ({ json: order }), JSON.stringify(order)],
  ['json that the caller writes', () => ({ json: order, stringifyJson: () => '[7]' }), '[7]'],
  ['a text', () => ({ body: 'one' }), 'one'],
  ['a stream', () => ({ body: new Blob(['one']).stream() }), undefined],
])('a protocol reads what is sent: %s', async (_, options, text) => {
  const seen: unknown[] = [];
  const read = ({ body }: { body(): string | undefined }): undefined => void seen.push(body());
  await using stage = await stageFor({}, { protocols: [protocol({ name: 'Plain', read })] });
  stage.origin.plays(status(503));

  await rejectionOf(stage.api.post('orders', options()));

  expect(seen).toEqual([text]);
});

test.each([
  ['a long text', { body: 'x'.repeat(LONG) }, LONG],
  ['long json', { json: 'x'.repeat(LONG) }, LONG + 2],
])('%s in place of the body of a Request is sent again', async (_, options, length) => {
  await using stage = await stageFor();
  stage.origin.plays(status(425));

  await stage.api(new Request(stage.origin.url, { method: 'POST', body: 'one' }), options);

  expect(lengthsOf(stage.origin)).toEqual([length, length]);
});

test('a Request without a body has no stream that may have failed', async () => {
  await using stage = await stageFor({ fetch: (input, init) => fetch(input, init) });
  await stage.origin.refuses(1);

  await stage.api(new Request(stage.origin.url, { method: 'POST' }));

  expect(stage.origin.applied).toEqual(['POST']);
});
