import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { copyResponse } from '../src/index.ts';

function responseOf(length: number, headers: Record<string, string> = {}): Response {
  return new Response('x'.repeat(length), {
    status: 422,
    statusText: 'Wrong Order',
    headers: { 'content-length': String(length), 'x-mark': 'a', ...headers },
  });
}

test.each([1, 65_536])('of %i bytes, both the response and its copies can be read', async (length) => {
  const response = responseOf(length);

  const copies = [copyResponse(response), copyResponse(response)];

  for (const each of [...copies, response]) {
    expect([each.status, each.statusText, each.headers.get('x-mark')]).toEqual([422, 'Wrong Order', 'a']);
    expect(await each.text()).toHaveLength(length);
  }
});

describe('a copy has the status and headers, but no body,', () => {
  const responses: Readonly<Record<string, () => Response | Promise<Response>>> = {
    'of a longer response': () => responseOf(65_537),
    'of an event stream': () => responseOf(9, { 'content-type': 'text/event-stream' }),
    'of a response that announces no length': () =>
      new Response('text', { status: 422, statusText: 'Wrong Order', headers: { 'x-mark': 'a' } }),
    'of a response without one, as of HEAD': () =>
      new Response(null, { status: 422, statusText: 'Wrong Order', headers: { 'x-mark': 'a', 'content-length': '9' } }),
    'of a response that is being read': () => {
      const response = responseOf(9);
      response.body?.getReader();
      return response;
    },
    'of a response that was read': async () => {
      const response = responseOf(9);
      const reader = response.body?.getReader();
      await reader?.read();
      reader?.releaseLock();
      return response;
    },
  };

  test.each(Object.entries(responses))('%s', async (_, make) => {
    const response = await make();

    const copy = copyResponse(response);

    expect([copy.status, copy.statusText, copy.headers.get('x-mark')]).toEqual([422, 'Wrong Order', 'a']);
    expect(copy.body).toBeNull();
  });
});

test.each<[string, number, Record<string, string>, boolean]>([
  ['of 16384 bytes', 16_384, {}, true],
  ['of a byte more', 16_385, {}, false],
  ['that was compressed', 9, { 'content-encoding': 'gzip' }, false],
])('the clone of a Node stream must not hold its response up: %s', (_, length, more, expected) => {
  let cloned = false;
  const response = {
    status: 422,
    statusText: 'Wrong Order',
    headers: new Headers({ 'content-length': String(length), ...more }),
    body: Readable.from(['x']),
    bodyUsed: false,
    clone() {
      cloned = true;
      return this;
    },
  };

  copyResponse(response as unknown as Response);

  expect(cloned).toBe(expected);
});
