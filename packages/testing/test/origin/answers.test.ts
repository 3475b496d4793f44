import { expect, test } from 'vitest';
import { garbage, Origin, redirect, status, statusEarly, truncate } from '../../src/index.ts';
import { failureCode, RawClient } from '../support/raw-client.ts';

test('status answers with its code, headers and body', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(429, { headers: { 'retry-after': '2', 'x-two': ['a', 'b'] }, body: 'later' }));

  const response = await fetch(origin.url);

  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('2');
  expect(response.headers.get('x-two')).toBe('a, b');
  expect(await response.text()).toBe('later');
});

test.for([
  { code: 200, applied: ['PUT'] },
  { code: 204, applied: ['PUT'] },
  { code: 304, applied: ['PUT'] },
  { code: 400, applied: [] },
  { code: 502, applied: [] },
])('status $code applies $applied by default', async ({ code, applied }) => {
  await using origin = await Origin.listen();
  origin.plays(status(code));

  await fetch(origin.url, { method: 'PUT', body: 'x' });

  expect(origin.applied).toEqual(applied);
});

test('status applies the request on demand', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(502, { applies: true }), status(200, { applies: false }));

  await fetch(origin.url, { method: 'POST' });
  await fetch(origin.url, { method: 'DELETE' });

  expect(origin.applied).toEqual(['POST']);
});

test.for([
  { method: 'HEAD', code: 200, length: 'content-length: 4' },
  { method: 'GET', code: 204, length: undefined },
  { method: 'GET', code: 304, length: undefined },
])('status $code to $method sends no body and keeps the connection', async ({ method, code, length }) => {
  await using origin = await Origin.listen();
  origin.plays(status(code, { body: 'body' }));
  using client = await RawClient.connect(origin.port);

  client.write(`${method} / HTTP/1.1\r\n\r\n`);
  await client.sees('\r\n\r\n');
  client.write('GET / HTTP/1.1\r\n\r\n');
  await client.sees('ok');

  const [head = '', next = ''] = client.received.split('\r\n\r\n');
  expect(head.split('\r\n')[1]).toBe(length);
  expect(next).toMatch(/^HTTP\/1\.1 200 OK/);
});

test.for([99, 100, 199, 1000, 200.5])('status rejects the code %s, which ends no exchange', (code) => {
  expect(() => status(code)).toThrow(RangeError);
});

test.for([
  { code: 303, applied: ['POST', 'GET'] },
  { code: 307, applied: ['POST'] },
])('redirect $code sends the client on and applies $applied', async ({ code, applied }) => {
  await using origin = await Origin.listen();
  origin.plays(redirect(code, '/there'));

  const response = await fetch(origin.url, { method: 'POST', body: 'body' });

  expect(response.url).toBe(`${origin.url}there`);
  expect(origin.requests.map((each) => each.target)).toEqual(['/', '/there']);
  expect(origin.applied).toEqual(applied);
});

test('truncate processes the request and ends the body early', async () => {
  await using origin = await Origin.listen();
  origin.plays(truncate());

  const response = await fetch(origin.url, { method: 'POST' });
  const code = await failureCode(response.text());

  expect(response.status).toBe(200);
  expect(code).toBe('UND_ERR_SOCKET');
  expect(origin.applied).toEqual(['POST']);
});

test('statusEarly answers without reading the body and closes', async () => {
  await using origin = await Origin.listen();
  origin.plays(statusEarly(413, { headers: { 'x-why': 'size' } }));
  using client = await RawClient.connect(origin.port);

  client.write('POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\nhalf');
  await client.sees('\r\n\r\n');

  expect(client.received).toBe(
    'HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\nconnection: close\r\nx-why: size\r\n\r\n',
  );
  expect(await client.ending()).not.toBe('open');
  expect(origin.requests[0]).toMatchObject({ text: '', bodyComplete: false });
  expect(origin.applied).toEqual([]);
});

test('statusEarly reaches fetch while its body is still to come', async () => {
  await using origin = await Origin.listen();
  origin.plays(statusEarly(503));
  const neverEnding = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array([1])),
  });
  const streaming: RequestInit & { readonly duplex: 'half' } = { method: 'POST', body: neverEnding, duplex: 'half' };

  const response = await fetch(origin.url, streaming);

  expect(response.status).toBe(503);
  expect(origin.requests[0]?.bodyComplete).toBe(false);
});

test('garbage makes fetch fail to parse and applies nothing', async () => {
  await using origin = await Origin.listen();
  origin.plays(garbage());

  const attempt = fetch(origin.url, { method: 'POST', body: 'body' });

  await expect(attempt).rejects.toMatchObject({ cause: { name: 'HTTPParserError' } });
  expect(origin.applied).toEqual([]);
  expect(origin.requests[0]?.text).toBe('body');
});
