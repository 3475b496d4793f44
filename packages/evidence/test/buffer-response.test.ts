import { describe, expect, test, vi } from 'vitest';
import { announcesAtMost, bufferResponse } from '../src/buffer-response.ts';

const sized = (length: number, headers: Record<string, string> = {}, status = 200) =>
  new Response('x'.repeat(length), { status, headers: { 'content-length': String(length), ...headers } });

describe('a response is read within the attempt only if it announces so little', () => {
  test.each<[string, number, string | null | undefined, string | null | undefined, boolean]>([
    ['exactly the limit', 100, '100', null, true],
    ['one byte more', 99, '100', null, false],
    ['nothing announced', 100, null, null, false],
    ['no header at all', 100, undefined, undefined, false],
    ['an empty body', 100, '0', null, false],
    ['a length that is none', 100, '10, 10', null, false],
    ['a negative length', 100, '-1', null, false],
    ['an event stream', 100, '100', 'text/event-stream', false],
    ['an event stream with parameters', 100, '100', ' Text/Event-Stream; charset=utf-8', false],
    ['another type', 100, '100', 'application/json', true],
    ['no limit', 0, '100', null, false],
  ])('%s', (_, limit, length, type, expected) => {
    expect(announcesAtMost(limit, length, type)).toBe(expected);
  });
});

test.each<[string, number, Response]>([
  ['a longer one', 99, sized(100)],
  ['an event stream', 100, sized(100, { 'content-type': 'text/event-stream' })],
  ['a failed one', 100, sized(100, {}, 503)],
  ['one without a body, as of HEAD', 100, new Response(null, { headers: { 'content-length': '100' } })],
  ['one without an announced length', 100, new Response('x'.repeat(100))],
])('%s is not even copied', async (_, limit, response) => {
  const clone = vi.spyOn(response, 'clone');

  await bufferResponse(response, limit);

  expect(clone).not.toHaveBeenCalled();
  expect(await response.text()).toHaveLength(response.body ? 100 : 0);
});

test.each([100, 101])('with a limit of %i it is buffered, and its body stays readable', async (limit) => {
  const response = sized(100);
  const clone = vi.spyOn(response, 'clone');

  await bufferResponse(response, limit);

  expect(clone).toHaveBeenCalledOnce();
  expect(await response.text()).toHaveLength(100);
});

test('one that breaks off throws its error', async () => {
  const error = new Error('cut');
  const body = new ReadableStream({ pull: (controller) => controller.error(error) });

  await expect(bufferResponse(new Response(body, { headers: { 'content-length': '9' } }), 100)).rejects.toBe(error);
});

test('one without a body, or with a used one, is left alone', async () => {
  const used = sized(100);
  await used.text();

  await expect(bufferResponse(new Response(null, { status: 204 }), 100)).resolves.toBeUndefined();
  await expect(bufferResponse(used, 100)).resolves.toBeUndefined();
});
