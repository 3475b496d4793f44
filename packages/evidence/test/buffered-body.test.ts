import { expect, test } from 'vitest';
import { BufferedBody } from '../src/index.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
// The euro sign is three bytes, and the pieces part it.
const EURO = bytesOf('5 €');
const PARTED = [EURO.slice(0, 3), EURO.slice(3)];

async function* inPieces(pieces: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield piece as Uint8Array;
}

async function sizesOf(stream: AsyncIterable<Uint8Array>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { byteLength } of stream) sizes.push(byteLength);
  return sizes;
}

function streamOf(pieces: readonly Uint8Array[], error?: Error): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      if (error) controller.error(error);
      else controller.close();
    },
  });
}

test('a stream of exactly the limit is kept while it is sent, with its text', async () => {
  const body = new BufferedBody(5);
  expect([body.started, body.bytes, body.chunks, body.text]).toEqual([false, undefined, undefined, undefined]);

  expect(await sizesOf(body.tap(inPieces(PARTED)))).toEqual([3, 2]);

  expect([body.started, body.text, await body.bytes?.text()]).toEqual([true, '5 €', '5 €']);
  expect(body.chunks).toEqual(PARTED);
  expect(body.bytes).toBe(body.bytes);
});

test('a stream of a byte more is sent whole, and not kept', async () => {
  const body = new BufferedBody(4);

  expect(await sizesOf(body.tap(inPieces([...PARTED, bytesOf('!')])))).toEqual([3, 2, 1]);

  expect([body.started, body.bytes, body.chunks, body.text]).toEqual([true, undefined, undefined, undefined]);
});

test('a stream of texts is sent as bytes, and its limit counts bytes', async () => {
  const [kept, dropped] = [new BufferedBody(5), new BufferedBody(4)];

  expect(await sizesOf(kept.tap(inPieces(['5 ', '€'])))).toEqual([2, 3]);
  await sizesOf(dropped.tap(inPieces(['5 ', '€'])));

  expect([kept.text, dropped.text]).toEqual(['5 €', undefined]);
});

test('a stream that was not read to its end is not kept', async () => {
  const body = new BufferedBody(10);

  for await (const _ of body.tap(inPieces(PARTED))) break;

  expect([body.started, body.bytes]).toEqual([true, undefined]);
});

test('a character that is cut off at the end is replaced, as a decoder does', async () => {
  const body = new BufferedBody(10);

  await sizesOf(body.tap(inPieces(PARTED.slice(0, 1))));

  expect(body.text).toBe('5 \uFFFD');
});

test.each<[string, ReadableStream<Uint8Array>, number, string | undefined]>([
  ['of exactly the limit is kept', streamOf(PARTED), 5, '5 €'],
  ['of a byte more is not', streamOf(PARTED), 4, undefined],
  ['that breaks off is not', streamOf([], new Error('cut')), 5, undefined],
])('a separate stream %s', async (_, stream, limit, text) => {
  const body = new BufferedBody(limit);
  const reading = body.read(stream);
  expect([body.failed, body.bytes]).toEqual([false, undefined]);

  const kept = await reading;

  expect([kept, body.failed, body.text]).toEqual([text !== undefined, text === undefined, text]);
  expect(await body.bytes?.text()).toBe(text);
});
