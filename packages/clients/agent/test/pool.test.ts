import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Act, closedPort, Origin, status } from '@twicesafe/testing';
import { expect, test, vi } from 'vitest';
import { type RetryEvent, reportOf, safeAgent } from '../src/index.ts';
import type { PooledAgent } from '../src/pooled-agent.ts';
import { send } from './support.ts';

/** Answers when the test says so. */
function held(headers = {}): { act: Act; answer: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const act = status(200, { body: 'ok', headers }) as Extract<Act, { on: 'request' }>;
  return { act: { ...act, play: (exchange) => promise.then(() => act.play(exchange)) }, answer: resolve };
}

/** What an agent counts. */
function books(agent: unknown): object {
  const { sockets, freeSockets, requests, totalSocketCount } = agent as PooledAgent;
  const lengths = (lists: object): unknown[] => Object.values(lists).map(({ length }) => length);
  return { used: lengths(sockets), free: lengths(freeSockets), waiting: lengths(requests), all: totalSocketCount };
}

function listenersOf(socket: Socket): object {
  return Object.fromEntries(socket.eventNames().map((name) => [name, socket.listenerCount(name)]));
}

test.each(['http:', 'https:'] as const)("%s the books and a socket's listeners are those of Node", async (protocol) => {
  const options = { keepAlive: true, maxTotalSockets: 1, rejectUnauthorized: false };
  const agents =
    protocol === 'http:'
      ? [new HttpAgent(options), safeAgent(options)]
      : [new HttpsAgent(options), safeAgent({ ...options, protocol })];
  const seen = [];
  for (const agent of agents) {
    await using origin = await Origin.listen({ secure: protocol === 'https:' });
    const { act, answer } = held();
    origin.plays(act);
    const request = (protocol === 'http:' ? httpRequest : httpsRequest)(origin.url, { agent }).end();
    const [socket] = await once(request, 'socket');
    await origin.received(1);
    const other = send(`${protocol}//localhost:${origin.port}`, { agent, family: 4 });
    const during = { books: books(agent), listeners: listenersOf(socket) };
    answer();
    const [response] = await once(request, 'response');
    response.resume();
    expect(await other).toBe('ok');
    await vi.waitFor(() => expect(agent.sockets).toEqual({}));
    seen.push({ during, after: books(agent), listeners: listenersOf(socket) });
    agent.destroy();
    await vi.waitFor(() => expect(books(agent)).toEqual({ used: [], free: [], waiting: [], all: 0 }));
  }

  expect(seen[1]).toEqual(seen[0]);
});

test('maxSockets holds while connections are made, and each of 30 requests is answered', async () => {
  await using origin = await Origin.listen();
  const agent = safeAgent({ keepAlive: true, maxSockets: 3 });

  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => send(origin.url, { agent, body: `${index}` })),
  );

  expect(answers).toEqual(Array.from({ length: 30 }, () => 'ok'));
  expect(origin.connections).toBeLessThanOrEqual(3);
  expect(origin.requests).toHaveLength(30);
  agent.destroy();
});

test.each([
  ['maxSockets', 1],
  ['maxSockets', 2],
  ['maxSockets', 3],
  ['maxTotalSockets', 1],
  ['maxTotalSockets', 2],
])('with %s %s each of 5 requests gets its own error, once', async (limit, most) => {
  const ports = [await closedPort(), await closedPort()];
  const agent = safeAgent({ [limit]: most, retry: { backoff: () => 1, maxAttempts: 2, budget: 'none' } });
  const errors: unknown[][] = [[], [], [], [], []];

  const requests = errors.map((own, index) =>
    httpRequest({ port: ports[index % 2], host: '127.0.0.1', agent })
      .on('error', (error) => own.push(reportOf(error)?.attempts.length))
      .end(),
  );

  await Promise.all(requests.map((request) => new Promise((resolve) => request.on('close', resolve))));
  // No connection is under way that could bring another error.
  await vi.waitFor(() => expect(books(agent)).toEqual({ used: [], free: [], waiting: [], all: 0 }));
  await nextTurn();
  expect(errors).toEqual([[2], [2], [2], [2], [2]]);
});

test('a connection that fails does not end a request that another one served', async () => {
  await using origin = await Origin.listen();
  const [first, second, third] = [held({ connection: 'close' }), held(), held()] as const;
  origin.plays(first.act, second.act, third.act);
  const failed = Promise.withResolvers<void>();
  const onEvent = (event: RetryEvent): void => {
    if (event.type === 'operation-end' && event.report.effect === 'not-applied') failed.resolve();
  };
  const lookedUp = Promise.withResolvers<() => void>();
  let lookups = 0;
  // The third connection waits for its address.
  const lookup: LookupFunction = (_host, _options, callback) => {
    lookups += 1;
    if (lookups === 3) lookedUp.resolve(() => callback(new Error('No such host'), ''));
    else callback(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  const agent = safeAgent({ keepAlive: true, maxSockets: 2, lookup, retry: { maxAttempts: 1, onEvent } });
  const url = `http://orders.test:${origin.port}`;
  const answers = [send(url, { agent }), send(url, { agent }), send(url, { agent })];
  await origin.received(2);

  first.answer();
  const fail = await lookedUp.promise;
  second.answer();
  await origin.received(3);
  fail();
  await failed.promise;
  await nextTurn();
  third.answer();

  expect(await Promise.all(answers)).toEqual(['ok', 'ok', 'ok']);
  agent.destroy();
});
