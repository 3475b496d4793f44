import { nodeHandler } from '@twicesafe/server/node';
import { serve } from '@twicesafe/testing';
import compression from 'compression';
import cors from 'cors';
import { expect, test } from 'vitest';
import { requestOf } from '../../src/mounts/node/incoming.ts';
import { sendRaw } from '../support/raw-request.ts';
import { mountSuite } from './mount-suite.ts';

mountSuite({
  name: 'nodeHandler on node:http',
  listen: ({ handle, outside }) => {
    const mounted = nodeHandler(handle);
    if (!outside) return serve(mounted);
    const [allow, compress] = [cors({ origin: true }), compression({ threshold: 0 })];
    return serve((incoming, outgoing) =>
      allow(incoming, outgoing, () =>
        compress(incoming as never, outgoing as never, () => void mounted(incoming, outgoing)),
      ),
    );
  },
});

test.each([
  ['//other.example/payments?a=b', 'http://HOST//other.example/payments?a=b'],
  ['http://other.example/payments', 'http://other.example/payments'],
  ['/pay%20ments?x=%2F', 'http://HOST/pay%20ments?x=%2F'],
])('a request for %s has that URL', async (path, url) => {
  await using server = await serve(nodeHandler(async (request) => new Response(request.url)));

  const { body } = await sendRaw(server.url, { path });

  expect(body).toContain(url.replace('HOST', new URL(server.url).host));
});

test.each(['a.example/other?', 'a.example#', 'user@a.example', 'a b', '[::1', 'a.example:x', ''])(
  'a host that reads %j does not move the path',
  async (host) => {
    const url = requestOf({
      method: 'POST',
      url: '/payments',
      headers: { host },
      rawHeaders: [],
      socket: {},
    } as never).url;

    expect(url).toBe('http://localhost/payments');
  },
);

test.each(['a.example', 'a.example:8080', '127.0.0.1:80', '[::1]:8080'])('the host %s is taken', (host) => {
  const { url } = requestOf({
    method: 'POST',
    url: '/payments',
    headers: { host },
    rawHeaders: [],
    socket: {},
  } as never);

  expect(url).toBe(new URL(`http://${host}/payments`).href);
});

test.each(['TRACE', 'CONNECT-NOT'])('%s is answered, whatever Fetch thinks of it', async (method) => {
  await using server = await serve(nodeHandler(async (request) => new Response(request.method)));

  expect([200, 400, 501]).toContain((await sendRaw(server.url, { method })).status);
});

test('nodeHandler needs a function', () => {
  expect(() => nodeHandler(undefined as never)).toThrow(TypeError);
});
