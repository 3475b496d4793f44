import { expect, test } from 'vitest';
import { closedPort, Origin, resetOnAccept, status } from '../../src/index.ts';
import { failureCode, RawClient } from '../support/raw-client.ts';

test('answers 200 ok over one kept connection when the script is empty', async () => {
  await using origin = await Origin.listen();
  using client = await RawClient.connect(origin.port);

  client.write('GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n');
  await client.sees('okHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');

  expect(origin.connections).toBe(1);
  expect(origin.openSockets).toBe(1);
  expect(origin.applied).toEqual(['GET', 'GET']);
});

test('plays its acts in order, one per request, then goes back to 200', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503), status(201));

  const codes = [await fetch(origin.url), await fetch(origin.url), await fetch(origin.url)].map((each) => each.status);

  expect(codes).toEqual([503, 201, 200]);
});

test('records the method, target, headers, body, moment and connection of a request', async () => {
  await using origin = await Origin.listen();
  const before = performance.now();

  await fetch(`${origin.url}orders?day=1`, { method: 'POST', body: 'one ünit', headers: { 'X-Key': 'k1' } });

  const [request] = origin.requests;
  expect(request).toMatchObject({
    method: 'POST',
    target: '/orders?day=1',
    headers: { 'x-key': 'k1', host: `127.0.0.1:${origin.port}`, 'content-length': '9' },
    text: 'one ünit',
    body: new TextEncoder().encode('one ünit'),
    bodyComplete: true,
    connection: 1,
  });
  expect(request?.atMs).toBeGreaterThanOrEqual(before);
  expect(request?.atMs).toBeLessThanOrEqual(performance.now());
});

test('decodes a chunked body that fetch streams', async () => {
  await using origin = await Origin.listen();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of ['one ', 'two ', 'three']) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  const streaming: RequestInit & { readonly duplex: 'half' } = { method: 'POST', body: stream, duplex: 'half' };

  await fetch(origin.url, streaming);

  expect(origin.requests[0]).toMatchObject({ text: 'one two three', bodyComplete: true });
  expect(origin.requests[0]?.headers['transfer-encoding']).toBe('chunked');
});

test('reads a chunked body with trailers, and a request in the same packet', async () => {
  await using origin = await Origin.listen();
  using client = await RawClient.connect(origin.port);

  client.write('POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n');
  client.write('3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\ntrailer: t\r\n\r\nGET /b HTTP/1.1\r\n\r\n');
  await origin.received(2);

  expect(origin.requests.map((each) => [each.target, each.text])).toEqual([
    ['/a', 'abc0123456789'],
    ['/b', ''],
  ]);
});

test('joins repeated header fields with a comma', async () => {
  await using origin = await Origin.listen();
  using client = await RawClient.connect(origin.port);

  client.write('GET / HTTP/1.1\r\nX-Tag: a\r\nx-tag:  b \r\n\r\n');
  await origin.received(1);

  expect(origin.requests[0]?.headers).toEqual({ 'x-tag': 'a, b' });
});

test('shows a body that is still arriving as incomplete', async () => {
  await using origin = await Origin.listen();
  using client = await RawClient.connect(origin.port);

  client.write('POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\nhalf');
  await origin.received(1);
  const atFirst = origin.requests[0]?.bodyComplete;
  client.write('andall');
  await client.sees('ok');

  expect(atFirst).toBe(false);
  expect(origin.requests[0]).toMatchObject({ text: 'halfandall', bodyComplete: true });
});

test('applies nothing when the client goes in the middle of its body', async () => {
  await using origin = await Origin.listen();
  const client = await RawClient.connect(origin.port);
  client.write('POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\nhalf');
  await origin.received(1);

  client[Symbol.dispose]();
  await origin.close();

  expect(origin.requests[0]?.bodyComplete).toBe(false);
  expect(origin.applied).toEqual([]);
});

test('answers 400 to bytes that are no request and records nothing', async () => {
  await using origin = await Origin.listen();
  using client = await RawClient.connect(origin.port);

  client.write('nonsense\r\n\r\n');

  expect(await client.ending()).toBe('ended');
  expect(client.received).toContain('400 Bad Request');
  expect(origin.requests).toEqual([]);
});

test('closes the connection after its answer when the client asks for that', async () => {
  await using origin = await Origin.listen();
  using client = await RawClient.connect(origin.port);

  client.write('GET / HTTP/1.1\r\nconnection: close\r\n\r\n');

  expect(await client.ending()).toBe('ended');
  expect(client.received).toBe('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok');
});

test('reports received requests as they come, including earlier ones', async () => {
  await using origin = await Origin.listen();
  const second = origin.received(2).then(() => origin.requests.length);

  await fetch(origin.url);
  const first = await origin.received(1).then(() => origin.requests.length);
  await fetch(origin.url);

  expect([first, await second]).toEqual([1, 2]);
});

test('refuses connections once closed and accepts them on the same port once reopened', async () => {
  await using origin = await Origin.listen();
  const { url } = origin;
  await fetch(url);

  await origin.close();
  const whileClosed = await failureCode(fetch(url));
  await origin.reopen();
  const reopened = await fetch(url);

  expect(whileClosed).toBe('ECONNREFUSED');
  expect(reopened.status).toBe(200);
  expect(origin.url).toBe(url);
  expect(origin.requests).toHaveLength(2);
});

test('listens on the given port, and reports a port in use', async () => {
  const port = await closedPort();
  await using origin = await Origin.listen({ port });

  const again = Origin.listen({ port });

  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(origin.url).toBe(`http://127.0.0.1:${port}/`);
});

test('closes twice without complaint', async () => {
  const origin = await Origin.listen();

  await origin.close();

  await expect(origin.close()).resolves.toBeUndefined();
});

test('hands out a port that nothing listens on', async () => {
  const port = await closedPort();

  const code = await failureCode(fetch(`http://127.0.0.1:${port}/`));

  expect(code).toBe('ECONNREFUSED');
});

test('asks for a new connection when the next act needs one', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(200), resetOnAccept(), status(204));

  const before = await fetch(origin.url);
  const cut = await failureCode(fetch(origin.url));
  const after = await fetch(origin.url);

  expect([before.status, after.status]).toEqual([200, 204]);
  expect(before.headers.get('connection')).toBe('close');
  expect(cut).toMatch(/^(ECONNRESET|UND_ERR_SOCKET)$/);
  expect(origin.requests).toHaveLength(2);
  expect(origin.connections).toBe(3);
});

test('resets a connection that was already open when resetOnAccept came up', async () => {
  await using origin = await Origin.listen();
  using client = await RawClient.connect(origin.port);
  client.write('GET / HTTP/1.1\r\n\r\n');
  await client.sees('ok');
  origin.plays(resetOnAccept());

  client.write('POST / HTTP/1.1\r\n\r\n');

  expect(await client.ending()).toBe('reset');
  expect(origin.applied).toEqual(['GET']);
});
