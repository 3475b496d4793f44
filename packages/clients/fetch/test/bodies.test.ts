import { Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import { expect, test, vi } from 'vitest';
import { reportOf, wrapFetch } from '../src/index.ts';

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

  const error = await rejectionOf(
    wrapFetch(undefined, soon)(origin.url, {
      method: 'PUT',
      retry: {
        body: () => {
          throw mine;
        },
      },
    }),
  );

  expect(error).toBe(mine);
  expect(origin.requests).toHaveLength(0);
});

test.each([
  ['up to bufferRequestBytes is sent again', 'x'.repeat(1000), [1000, 1000], 200],
  ['longer than bufferRequestBytes is sent once', 'x'.repeat(1001), [1001], 503],
])('a stream %s', async (_, text, lengths, code) => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const fetch = wrapFetch(undefined, { ...soon, bufferRequestBytes: 1000 });

  const response = await fetch(origin.url, { method: 'PUT', body: stream(text), duplex: 'half' } as RequestInit);

  expect(response.status).toBe(code);
  expect(origin.requests.map((request) => request.text.length)).toEqual(lengths);
  if (code === 503) expect(reportOf(response)?.decision.reason).toBe('body-not-replayable');
});

test("passes the caller's stream on untouched if the request isn't repeatable", async () => {
  const inner = vi.fn(async (_: string | Request, _init?: RequestInit) => new Response());
  const fetch = wrapFetch(inner, { bufferRequestBytes: 1000 });
  const request = new Request('http://origin.test/', { method: 'POST', body: 'one' });
  const body = stream('two');

  await fetch(request);
  const tee = vi.spyOn(ReadableStream.prototype, 'tee');
  await fetch('http://origin.test/', { method: 'POST', body });

  expect(tee).not.toHaveBeenCalled();
  expect(inner.mock.calls[0]?.[0]).toBe(request);
  expect(inner.mock.calls[1]?.[1]?.body).toBe(body);
  vi.restoreAllMocks();
});

test('a Request whose body was used is not sent, as without us', async () => {
  const request = new Request('http://origin.test/', { method: 'PUT', body: 'one' });
  await request.text();

  expect(await rejectionOf(wrapFetch(undefined, soon)(request))).toBeInstanceOf(TypeError);
});
