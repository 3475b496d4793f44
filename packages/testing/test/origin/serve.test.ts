import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { rejectionOf, type Served, serve, serveHttp2, serveSockets } from '../../src/index.ts';

test('serve answers through your own listener, until the end of the block', async () => {
  let url = '';
  {
    await using shop = await serve((request, response) => response.end(`${request.method} ${request.url}`));
    url = shop.url;

    expect(await (await fetch(`${url}orders`, { method: 'POST' })).text()).toBe('POST /orders');
    expect(url).toBe(`http://127.0.0.1:${shop.port}/`);
  }

  expect((await rejectionOf(fetch(url))).cause).toMatchObject({ code: 'ECONNREFUSED' });
});

test('serve takes a port and the options of node:http', async () => {
  const first = await serve(() => {}, { keepAliveTimeout: 7 });
  await first.close();
  await using second = await serve(() => {}, { port: first.port });

  expect(first.server.keepAliveTimeout).toBe(7);
  expect(second.port).toBe(first.port);
});

test('serveHttp2 speaks HTTP/2 with prior knowledge', async () => {
  await using server = await serveHttp2((stream, headers) => {
    stream.respond({ ':status': 200, 'x-path': String(headers[':path']) }, { endStream: true });
  });
  const session = connectHttp2(server.url).on('error', () => {});

  const [headers] = await once(session.request({ ':path': '/orders' }), 'response');

  expect(headers).toMatchObject({ ':status': 200, 'x-path': '/orders' });
  session.destroy();
});

test('serveSockets gives you the bytes', async () => {
  await using server = await serveSockets((socket) => socket.once('data', (bytes) => socket.end(`${bytes}!`)));
  const socket = connect(server.port, '127.0.0.1');
  socket.write('hello');

  const [answer] = await once(socket, 'data');

  expect(String(answer)).toBe('hello!');
});

test.each<[string, (port: number) => Promise<Served>]>([
  ['serve', (port) => serve(() => {}, { port })],
  ['serveHttp2', (port) => serveHttp2(() => {}, { port })],
  ['serveSockets', (port) => serveSockets(() => {}, { port })],
])('%s rejects if the port is in use, and its end cuts open connections', async (_, open) => {
  const taken = await open(0);
  const socket = connect(taken.port, '127.0.0.1').on('error', () => {});
  await once(taken.server, 'connection');

  expect(await rejectionOf(open(taken.port))).toMatchObject({ code: 'EADDRINUSE' });
  const closed = once(socket.resume(), 'close');
  await taken.close();
  await closed;
});
