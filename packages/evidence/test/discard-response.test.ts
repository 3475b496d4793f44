import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { discardResponse, drainCopy } from '../src/index.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A response whose body comes in pieces, and that records whether it was cancelled. */
function inPieces(pieces: readonly number[], end: 'close' | 'open' | 'error' = 'close') {
  const cancelled: unknown[] = [];
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await turn();
        const next = left.shift();
        if (next !== undefined) return controller.enqueue(new Uint8Array(next));
        if (end === 'close') controller.close();
        if (end === 'error') controller.error(new Error('cut'));
        if (end === 'open') await new Promise(() => {});
      },
      cancel: (reason) => void cancelled.push(reason),
    },
    { highWaterMark: 0 },
  );
  return { response: new Response(body), cancelled, left };
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await turn();
}

test('a discarded response is cancelled', async () => {
  const { response, cancelled } = inPieces([1, 1]);

  discardResponse(response);
  await settle();

  expect(cancelled).toHaveLength(1);
});

test('a Node stream is destroyed', () => {
  const body = new Readable({ read() {} });

  discardResponse({ body });

  expect(body.destroyed).toBe(true);
});

test('leaves a body alone that is being read', async () => {
  const { response, cancelled } = inPieces([1]);
  const reading = response.text();

  discardResponse(response);

  expect(await reading).toHaveLength(1);
  expect(cancelled).toEqual([]);
});

const hostile = (): never => {
  throw new Error('no');
};

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'text'],
  ['no body', {}],
  ['an empty body', { body: null }],
  ['a body that is a text', { body: 'text' }],
  ['a body without methods', { body: {} }],
  ['a body whose cancel throws', { body: { cancel: hostile } }],
  ['a body whose cancel rejects', { body: { cancel: () => Promise.reject(new Error('no')) } }],
  ['a body whose getReader throws', { body: { getReader: hostile }, clone: hostile }],
  ['a body whose clone throws', { body: new ReadableStream(), clone: hostile }],
  ['a getter that throws', Object.defineProperty({}, 'body', { get: hostile })],
  ['a used response', usedResponse()],
])('%s is discarded and drained without an error', async (_, response) => {
  const rejected = vi.fn();
  process.on('unhandledRejection', rejected);

  discardResponse(response);
  drainCopy(response).cancel();
  await settle();
  process.off('unhandledRejection', rejected);

  expect(drainCopy({}).complete).toBe(true);
  expect(rejected).not.toHaveBeenCalled();
});

function usedResponse(): Response {
  const response = new Response('used');
  void response.text();
  return response;
}

test('drains a small response through a copy, and can still hand it over', async () => {
  const { response, cancelled, left } = inPieces([1000, 1000, 1000]);

  const copy = drainCopy(response);
  expect(copy.complete).toBe(false);
  await settle();

  expect(copy.complete).toBe(true);
  expect(left).toEqual([]);
  expect(cancelled).toEqual([]);
  expect(await response.text()).toHaveLength(3000);
});

test.each([
  ['65536 bytes', [30_000, 35_536], true],
  ['65537 bytes', [30_000, 35_537, 1], false],
])('of a response of %s the copy is complete: %s', async (_, pieces, complete) => {
  const { response } = inPieces(pieces);

  const copy = drainCopy(response);
  await settle();

  expect(copy.complete).toBe(complete);
});

test('cancels a long response together with the original', async () => {
  const { response, cancelled, left } = inPieces(Array.from({ length: 100 }, () => 10_000));

  const copy = drainCopy(response);
  await settle();
  expect(copy.complete).toBe(false);
  expect(left.length).toBeGreaterThan(90);
  discardResponse(response);
  await settle();

  expect(cancelled).toHaveLength(1);
});

test('an endless response stays incomplete, and its copy can be cancelled', async () => {
  const { response, cancelled } = inPieces([10], 'open');

  const copy = drainCopy(response);
  await settle();
  expect(copy.complete).toBe(false);
  copy.cancel();
  discardResponse(response);
  await settle();

  expect(cancelled).toHaveLength(1);
});

test('a response that breaks off is not complete', async () => {
  const { response } = inPieces([10], 'error');

  const copy = drainCopy(response);
  await settle();

  expect(copy.complete).toBe(false);
  await expect(response.text()).rejects.toThrow('cut');
});

test.each([null, undefined, new Readable({ read() {} })])('a body that is no web stream is not copied', (body) => {
  const clone = vi.fn(() => new Response('copy'));

  expect(drainCopy({ body, clone }).complete).toBe(true);
  expect(clone).not.toHaveBeenCalled();
});

test('drains nothing of a response that is being read', () => {
  const { response } = inPieces([10]);
  response.body?.getReader();

  expect(drainCopy(response).complete).toBe(true);
});
