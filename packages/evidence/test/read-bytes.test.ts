import { expect, test } from 'vitest';
import { readBytes } from '../src/index.ts';

function streamOf(pieces: readonly number[], cancelled: unknown[] = []): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream(
    {
      pull(controller) {
        const next = left.shift();
        if (next === undefined) controller.close();
        else controller.enqueue(new Uint8Array(next));
      },
      cancel: (reason) => void cancelled.push(reason),
    },
    { highWaterMark: 0 },
  );
}

test.each([
  ['nothing', []],
  ['exactly the limit', [4, 6]],
])('%s is read', async (_, pieces) => {
  const chunks = await readBytes(streamOf(pieces), 10);

  expect(chunks?.map(({ byteLength }) => byteLength)).toEqual(pieces);
});

test('a byte too many gives up, and cancels the rest', async () => {
  const cancelled: unknown[] = [];

  expect(await readBytes(streamOf([4, 7, 1], cancelled), 10)).toBeUndefined();
  expect(cancelled).toHaveLength(1);
});

test('the error of the stream is thrown', async () => {
  const error = new Error('cut');
  const stream = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(error) });

  await expect(readBytes(stream, 10)).rejects.toBe(error);
});
