import { expect, test, vi } from 'vitest';
import { bufferResponse } from '../src/index.ts';

const long = () => new Response('x'.repeat(100), { headers: { 'content-length': '100' } });

test('a response that says how long it is is not even copied if that is too long', async () => {
  const response = long();
  const clone = vi.spyOn(response, 'clone');

  await bufferResponse(response, 99);

  expect(clone).not.toHaveBeenCalled();
  expect(await response.text()).toHaveLength(100);
});

test.each([0, 100, 101])('with a limit of %i its body can be read all the same', async (limit) => {
  const response = long();

  await bufferResponse(response, limit);

  expect(await response.text()).toHaveLength(100);
});

test('one that breaks off throws its error', async () => {
  const error = new Error('cut');
  const body = new ReadableStream({
    pull(controller) {
      controller.error(error);
    },
  });

  await expect(bufferResponse(new Response(body), 100)).rejects.toBe(error);
});

test.each([null, undefined])('one without a body is left alone', async (body) => {
  await expect(bufferResponse(new Response(body, { status: 204 }), 100)).resolves.toBeUndefined();
});
