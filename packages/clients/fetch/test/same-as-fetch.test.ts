import { Origin, redirect, status } from '@twicesafe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wrapFetch } from '../src/index.ts';

type Fetch = (...parameters: unknown[]) => Promise<Response>;

let origin: Origin;
beforeAll(async () => {
  origin = await Origin.listen();
});
afterAll(() => origin.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const form = () => {
  const data = new FormData();
  data.set('a', 'b');
  return data;
};

class Accessors {
  headers = { 'x-mark': 'class' };
  get method() {
    return 'POST';
  }
  get body() {
    return 'inherited';
  }
}

/** What a caller may hand to fetch; a function of the URL, so that each call has its own. */
const CALLS: Readonly<Record<string, (url: string) => readonly unknown[]>> = {
  'a string': (url) => [url],
  'a URL': (url) => [new URL(url)],
  'an object with toString': (url) => [{ toString: () => url }],
  'a number': () => [5],
  'no input': () => [],
  null: () => [null],
  'a frozen init': (url) => [
    url,
    Object.freeze({ method: 'POST', body: 'x', headers: Object.freeze({ 'x-mark': 'a' }) }),
  ],
  'an init with accessors': (url) => [url, new Accessors()],
  'an init without prototype': (url) => [url, Object.assign(Object.create(null), { method: 'PUT', body: 'x' })],
  'an init that is a number': (url) => [url, 5],
  'an init that is a function': (url) => [url, Object.assign(() => {}, { method: 'PUT', body: 'x' })],
  'an init that is a string': (url) => [url, 'init'],
  'an init that is null': (url) => [url, null],
  'a method in lower case': (url) => [url, { method: 'put', body: 'x' }],
  'a method that is none': (url) => [url, { method: 'NOT A METHOD' }],
  'a forbidden method': (url) => [url, { method: 'TRACE' }],
  'the method null': (url) => [url, { method: null }],
  'the method undefined': (url) => [url, { method: undefined }],
  'a GET with a body': (url) => [url, { body: 'x' }],
  'a header that is none': (url) => [url, { headers: { 'not a name': '1' } }],
  'headers null': (url) => [url, { headers: null }],
  'headers as pairs': (url) => [
    url,
    {
      headers: [
        ['x-mark', '1'],
        ['x-mark', '2'],
      ],
    },
  ],
  'headers as broken pairs': (url) => [url, { headers: [['x-mark']] }],
  'headers as a pair that is null': (url) => [url, { headers: [null] }],
  'headers as a pair that is text': (url) => [url, { headers: ['ab'] }],
  'headers as a pair that is an object': (url) => [url, { headers: [{}] }],
  'headers without prototype': (url) => [url, { headers: Object.assign(Object.create(null), { 'x-mark': 'a' }) }],
  'headers of an unknown kind': (url) => [
    url,
    { headers: Object.assign(Object.create(Object.create(null)), { 'x-mark': 'a' }) },
  ],
  'headers as a Map': (url) => [url, { headers: new Map([['x-mark', 'a']]) }],
  'headers as Headers': (url) => [url, { headers: new Headers({ 'x-mark': 'a' }) }],
  'the signal null': (url) => [url, { signal: null }],
  'a body of null': (url) => [url, { method: 'POST', body: null }],
  'a body that is a number': (url) => [url, { method: 'POST', body: 5 }],
  'a body that is an object': (url) => [url, { method: 'POST', body: {} }],
  URLSearchParams: (url) => [url, { method: 'PUT', body: new URLSearchParams({ a: 'b c' }) }],
  'a Blob': (url) => [url, { method: 'PUT', body: new Blob(['x'], { type: 'text/x' }) }],
  bytes: (url) => [url, { method: 'PUT', body: bytes('bytes') }],
  'a DataView': (url) => [url, { method: 'PUT', body: new DataView(bytes('bytes').buffer, 1, 2) }],
  'a String object': (url) => [url, { method: 'PUT', body: Object('text') }],
  'a stream': (url) => [url, { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' }],
  'a stream without duplex': (url) => [url, { method: 'POST', body: new Blob(['x']).stream() }],
  'a locked stream': (url) => {
    const body = new Blob(['x']).stream();
    body.getReader();
    return [url, { method: 'PUT', body, duplex: 'half' }];
  },
  'a Request': (url) => [new Request(url, { method: 'PUT', body: 'x', headers: { 'x-mark': 'a' } })],
  'a Request with other headers': (url) => [
    new Request(url, { method: 'PUT', body: 'x' }),
    { headers: { 'x-mark': 'b' } },
  ],
  'a Request with another body': (url) => [new Request(url, { method: 'PUT', body: 'x' }), { body: 'y' }],
  'a Request that was read': (url) => {
    const request = new Request(url, { method: 'PUT', body: 'x' });
    void request.text();
    return [request];
  },
  'a Request with a form': (url) => [new Request(url, { method: 'PUT', body: form() })],
  'a data: URL': () => ['data:text/plain,hello'],
  'a POST to a data: URL': () => ['data:text/plain,hello', { method: 'POST' }],
  'about:blank': () => ['about:blank'],
  'credentials in the URL': () => ['http://a:b@127.0.0.1:1/'],
  'a redirect mode that is none': (url) => [url, { redirect: 'sometimes' }],
  'a dispatcher that is none': (url) => [url, { method: 'POST', dispatcher: 5 }],
  HEAD: (url) => [url, { method: 'HEAD' }],
};

/** All that a caller can see, and what reached the origin. */
async function see(fetch: Fetch, parameters: readonly unknown[]): Promise<unknown> {
  const before = origin.requests.length;
  const seen = await fetch(...parameters).then(
    async (response: Response) => [response.status, response.type, response.redirected, await response.text()],
    (error: Error) => [error.name, error.message, (error.cause as Error | undefined)?.message],
  );
  const arrived = origin.requests.slice(before).map(({ method, target, text, headers }) => ({
    method,
    target,
    text: text.replaceAll(/-{2,}[\w-]+/g, 'boundary'),
    mark: headers['x-mark'],
    type: headers['content-type']?.replace(/boundary=.*/, ''),
  }));
  return { seen, arrived };
}

describe.each([
  ['a plain policy', {}],
  [
    'a policy with much to do',
    { attemptTimeoutMs: 5000, bufferRequestBytes: 1000, bufferResponseBytes: 1000, onEvent: () => {} },
  ],
])('with %s', (_, options) => {
  const wrapped = wrapFetch(undefined, { backoff: () => 1, ...options }) as Fetch;

  test.each(Object.entries(CALLS))('%s is the same as with fetch itself', async (_name, make) => {
    const bare = await see(globalThis.fetch as Fetch, make(origin.url));

    expect(await see(wrapped, make(origin.url))).toEqual(bare);
  });

  test.each(['follow', 'manual', 'error'])('a redirect with mode %s is the same as with fetch itself', async (mode) => {
    const call = [origin.url, { method: 'POST', body: 'x', redirect: mode }];
    origin.plays(redirect(302, `${origin.url}moved`));
    const bare = await see(globalThis.fetch as Fetch, call);
    origin.plays(redirect(302, `${origin.url}moved`));

    expect(await see(wrapped, call)).toEqual(bare);
  });

  test.each([204, 304, 404])('%i is the same as with fetch itself', async (code) => {
    origin.plays(status(code));
    const bare = await see(globalThis.fetch as Fetch, [origin.url]);
    origin.plays(status(code));

    expect(await see(wrapped, [origin.url])).toEqual(bare);
  });
});
