import { Agent, type ClientRequest, request as httpRequest, type RequestOptions } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { cert, closedPort, Origin, processThenReset, rejectionOf, resetOnAccept } from '@twicesafe/testing';
import axios from 'axios';
import got from 'got';
import { expect, test } from 'vitest';
import { reportOf, safeAgent } from '../src/index.ts';
import type { PooledAgent } from '../src/pooled-agent.ts';
import { lateOrigin, send, waitingAgent } from './support.ts';

const clients: readonly (readonly [string, (url: string, agent: Agent) => Promise<unknown>])[] = [
  ['node:http', (url, agent) => send(url, { agent })],
  ['axios', async (url, httpAgent) => (await axios.post(url, Readable.from(['order']), { httpAgent })).data],
  [
    'got',
    (url, http) => got.post(url, { body: Readable.from(['order']), agent: { http }, retry: { limit: 0 } }).text(),
  ],
];

test.each(clients)('%s: a POST arrives once after a refused connection, streamed or not', async (_, post) => {
  const late = await lateOrigin();
  await using origin = late.origin;

  expect(await post(origin.url, safeAgent(late.options))).toBe('ok');

  expect(late.retries()).toBe(1);
  expect(origin.requests.map((each) => each.text)).toEqual(['order']);
});

test('a request that was sent is never repeated', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset());

  const error = await rejectionOf(send(origin.url, { agent: safeAgent() }));

  expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(origin.applied).toEqual(['POST']);
});

test("the last error is Node's own, with a report", async () => {
  const { origin } = await lateOrigin();

  const error = await rejectionOf(send(origin.url, { agent: safeAgent({ retry: { backoff: () => 1 } }) }));

  expect(error).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
  expect(reportOf(error)).toMatchObject({ attempts: { length: 3 }, effect: 'not-applied' });
});

test.each(['signal', 'destroy', 'destroy without an error'])(
  'an abort by %s while it waits is answered at once, and leaves nothing',
  async (by) => {
    const { agent, url, waits } = await waitingAgent();
    const controller = new AbortController();
    const { signal } = controller;
    const ended = (abort: (request: ClientRequest) => unknown, options: RequestOptions): Promise<Error> =>
      new Promise((resolve) => {
        const request = httpRequest(url, { ...options, ...(by === 'signal' && { signal }) });
        request.on('error', resolve).end();
        abort(request);
      });
    const abort = (request: ClientRequest): unknown =>
      by === 'signal' ? controller.abort() : request.destroy(by === 'destroy' ? new Error('mine') : undefined);

    const error = await ended((request) => waits.then(() => abort(request)), { agent });

    const bare = await ended(abort, { agent: new Agent() });
    const { name, message, code } = bare as NodeJS.ErrnoException;
    expect(error).toMatchObject({ name, message, ...(code && { code }) });
    expect(agent.sockets).toEqual({});
    expect(agent).toMatchObject({ totalSocketCount: 0 });
  },
);

test.each<[string, (url: string, http: Agent, signal: AbortSignal) => Promise<unknown>]>([
  ['CanceledError', (url, httpAgent, signal) => axios.post(url, 'x', { httpAgent, signal })],
  ['AbortError', (url, http, signal) => got.post(url, { body: 'x', agent: { http }, signal, retry: { limit: 0 } })],
])('%s of a client is thrown at once while it waits', async (name, post) => {
  const { agent, url, waits } = await waitingAgent();
  const controller = new AbortController();
  void waits.then(() => controller.abort());

  const error = await rejectionOf(post(url, agent, controller.signal));

  expect(error.name).toBe(name);
});

test('retries a broken TLS handshake, and never a rejected certificate', async () => {
  await using origin = await Origin.listen({ secure: true });
  origin.plays(resetOnAccept(), resetOnAccept());
  const retry = { backoff: (): number => 1 };

  const answer = await send(origin.url, { agent: safeAgent({ protocol: 'https:', ca: cert, retry }) });
  const error = await rejectionOf(send(origin.url, { agent: safeAgent({ protocol: 'https:', retry }) }));

  expect(answer).toBe('ok');
  expect(reportOf(error)).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'certificate-error' } });
  expect(origin.applied).toEqual(['POST']);
});

test('destroy ends waiting requests', async () => {
  const { agent, url, waits } = await waitingAgent();
  const sent = rejectionOf(send(url, { agent }));
  await waits;

  agent.destroy();

  expect((await sent).message).toBe('The agent was destroyed');
  expect(agent.sockets).toEqual({});
});

test("a direct call of createConnection is Node's own", async () => {
  await using origin = await Origin.listen();
  const agent = safeAgent();
  await send(origin.url, { agent });

  const connected = Promise.withResolvers<void>();
  const { createConnection } = agent as unknown as PooledAgent;
  const socket = createConnection({ host: '127.0.0.1', port: origin.port }, () => connected.resolve());

  await connected.promise;
  expect(agent).toMatchObject({ totalSocketCount: 0 });
  expect(socket).toBeInstanceOf(Socket);
  socket?.destroy();
});

test.each(['127.0.0.1', '[::1]'])('the report names CONNECT and the URL of %s', async (host) => {
  const url = `http://${host}:${await closedPort()}/`;

  const error = await rejectionOf(send(url, { agent: safeAgent({ retry: { maxAttempts: 1 } }) }));

  expect(reportOf(error)).toMatchObject({ method: 'CONNECT', url });
});

test('options that are not allowed are named', () => {
  expect(() => safeAgent({ protocol: 'ftp:' as never })).toThrow("protocol must be 'http:' or 'https:', not \"ftp:\"");
  expect(() => safeAgent({ retry: { maxAttemps: 3 } as never })).toThrow(/maxAttemps/);
});
