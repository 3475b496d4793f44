import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { ConnectProxy, closedPort, Origin, rejectionOf, serveSockets } from '@twicesafe/testing';
import { expect, test, vi } from 'vitest';
import { type RetryEvent, reportOf, type SafeAgentOptions, safeAgent } from '../src/index.ts';
import { send } from './support.ts';

/** A server that never answers a TLS handshake, and the ends of its connections. */
async function silentServer() {
  const closed: Promise<unknown>[] = [];
  const opened = Promise.withResolvers<void>();
  const { port, [Symbol.asyncDispose]: close } = await serveSockets((socket) => {
    closed.push(once(socket.resume(), 'close'));
    opened.resolve();
  });
  return { url: `https://127.0.0.1:${port}/`, opened: opened.promise, closed, [Symbol.asyncDispose]: close };
}

test.each<[string, SafeAgentOptions, object]>([
  ['timeout', { timeout: 30 }, { code: 'ETIMEDOUT', message: 'Connecting took longer than timeout: 30 ms' }],
  ['attemptTimeoutMs', { retry: { backoff: () => 1, attemptTimeoutMs: 30 } }, {}],
])('%s limits each attempt to connect, and closes its connection', async (_, options, expected) => {
  await using silent = await silentServer();
  const agent = safeAgent({ retry: { backoff: () => 1 }, ...options, protocol: 'https:' });

  const error = await rejectionOf(send(silent.url, { agent }));

  expect(error).toMatchObject({ name: 'TimeoutError', ...expected });
  expect(reportOf(error)?.attempts.map(({ outcome }) => 'kind' in outcome && outcome.kind)).toEqual([
    'attempt-timeout',
    'attempt-timeout',
    'attempt-timeout',
  ]);
  await Promise.all(silent.closed);
});

test('an abort while it connects closes the connection', async () => {
  await using silent = await silentServer();
  const agent = safeAgent({ protocol: 'https:' });
  const request = httpsRequest(silent.url, { agent });
  const failed = once(request.end(), 'response');
  await silent.opened;

  request.destroy(new Error('mine'));

  expect(request.destroyed).toBe(true);
  expect((await rejectionOf(failed)).message).toBe('mine');
  await Promise.all(silent.closed);
  expect(silent.closed).toHaveLength(1);
  expect(agent.sockets).toEqual({});
});

test('an abort as it is connected closes the connection', async () => {
  await using origin = await Origin.listen();
  const onEvent = ({ type }: RetryEvent): void => {
    if (type === 'attempt-end') request.destroy(new Error('mine'));
  };
  const agent = safeAgent({ retry: { onEvent } });
  const request = httpRequest(origin.url, { agent });

  const error = await rejectionOf(once(request.end(), 'response'));

  expect(error.message).toBe('mine');
  await vi.waitFor(() => expect([origin.connections, origin.openSockets]).toEqual([1, 0]));
  expect(origin.requests).toEqual([]);
});

// Node 22 has no proxyEnv.
test.runIf(Number.parseInt(process.versions.node, 10) >= 24)(
  'through a proxy of the environment Node connects by itself',
  async () => {
    await using origin = await Origin.listen({ secure: true });
    await using proxy = await ConnectProxy.listen();
    const proxyEnv = { HTTPS_PROXY: proxy.url };
    const agent = safeAgent({ protocol: 'https:', proxyEnv, rejectUnauthorized: false } as SafeAgentOptions & {
      protocol: 'https:';
    });

    expect(await send(origin.url, { agent })).toBe('ok');

    expect([proxy.asked, origin.applied]).toEqual([1, ['POST']]);
  },
);

test.each([
  ['before it is ready', 'lookup', new Error('Not allowed'), 'Not allowed'],
  ['before it is ready', 'lookup', undefined, 'The connection was closed before it was ready'],
  ['as it is ready', 'connect', new Error('Not allowed'), 'Not allowed'],
  ['as it is ready', 'connect', undefined, 'The connection was closed as soon as it was ready'],
] as const)('a neighbor closes a connection %s, at %s with %s', async (_, event, reason, message) => {
  await using origin = await Origin.listen();
  const close = (published: unknown): void => {
    const { socket } = published as { readonly socket: Socket };
    socket.once(event, () => socket.destroy(reason));
  };
  subscribe('net.client.socket', close);
  const agent = safeAgent({ retry: { maxAttempts: 1 } });
  try {
    const error = await rejectionOf(send(`http://localhost:${origin.port}`, { agent, family: 4 }));

    expect(error.message).toBe(message);
  } finally {
    unsubscribe('net.client.socket', close);
  }
  expect(origin.requests).toEqual([]);
  expect(agent).toMatchObject({ sockets: {}, totalSocketCount: 0 });
});

test('a request that ended leaves its connection to the next one, whoever wrapped its destroy', async () => {
  await using origin = await Origin.listen();
  const agent = safeAgent({ keepAlive: true });
  const first = httpRequest(origin.url, { agent });
  const { destroy } = first;
  const wrapper: typeof destroy = (error) => destroy.call(first, error);
  first.destroy = wrapper;
  const [response] = await once(first.end(), 'response');
  await once(response.resume(), 'close');
  expect(first.destroy).toBe(wrapper);
  const next = httpRequest(origin.url, { agent });
  await once(next, 'socket');

  first.destroy(new Error('late'));

  await once(next.end(), 'response');
  expect(next.reusedSocket).toBe(true);
});

test('a request whose connection failed has its own destroy again', async () => {
  const agent = safeAgent({ retry: { maxAttempts: 1 } });
  const request = httpRequest({ port: await closedPort(), agent });

  await rejectionOf(once(request.end(), 'response'));

  expect(request.destroy).toBe(ClientRequest.prototype.destroy);
});
