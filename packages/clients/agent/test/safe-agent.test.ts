import { type Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cert, Origin, processThenReset, rejectionOf, resetOnAccept, serveSockets } from '@twicesafe/testing';
import axios from 'axios';
import got from 'got';
import { expect, test } from 'vitest';
import { reportOf, type SafeAgentOptions, safeAgent } from '../src/index.ts';

/** An origin that refuses connections until the first retry is scheduled. */
async function lateOrigin(): Promise<{
  origin: Origin;
  options: SafeAgentOptions & { readonly protocol?: 'http:' };
  retries: () => number;
}> {
  const origin = await Origin.listen();
  await origin.close();
  let retries = 0;
  const onEvent = ({ type }: { type: string }): void => {
    if (type === 'retry-scheduled' && retries++ === 0) void origin.reopen();
  };
  return { origin, options: { retry: { backoff: () => 20, onEvent } }, retries: () => retries };
}

/** Sends by node:http, and gives the text of the answer. */
function send(url: string, { body = 'order', ...options }: RequestOptions & { body?: string } = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = url.startsWith('https') ? httpsRequest : httpRequest;
  request(url, { method: 'POST', ...options }, (response: IncomingMessage) => void text(response).then(resolve, reject))
    .on('error', reject)
    .end(body);
  return promise;
}

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

test.each(['signal', 'destroy'])(
  'an abort by %s while it waits is answered at once, and leaves nothing',
  async (by) => {
    const { origin } = await lateOrigin();
    const agent = safeAgent({ retry: { backoff: () => 60_000 } });
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<Error>();
    const request = httpRequest(origin.url, { agent, ...(by === 'signal' && { signal: controller.signal }) });
    request.on('error', resolve).end();
    await new Promise((done) => setTimeout(done, 30));

    if (by === 'signal') controller.abort();
    else request.destroy(new Error('mine'));

    expect(await promise).toMatchObject(by === 'signal' ? { name: 'AbortError' } : { message: 'mine' });
    expect(agent.sockets).toEqual({});
    expect(agent).toMatchObject({ totalSocketCount: 0 });
  },
);

test('axios and got are answered at once when they abort while it waits', async () => {
  const { origin } = await lateOrigin();
  const agent = safeAgent({ retry: { backoff: () => 60_000 } });
  const controller = new AbortController();
  const { signal } = controller;
  setTimeout(() => controller.abort(), 50);

  const errors = await Promise.all([
    rejectionOf(axios.post(origin.url, 'x', { httpAgent: agent, signal })),
    rejectionOf(got.post(origin.url, { body: 'x', agent: { http: agent }, signal, retry: { limit: 0 } })),
  ]);

  expect(errors.map(({ name }) => name)).toEqual(['CanceledError', 'AbortError']);
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

test('timeout limits each connect, also in addition to our limit', async () => {
  await using silent = await serveSockets((socket) => socket.resume());
  for (const options of [{ timeout: 30 }, { retry: { backoff: () => 1, attemptTimeoutMs: 30 } }]) {
    const agent = safeAgent({ protocol: 'https:', retry: { backoff: () => 1 }, ...options });

    const error = await rejectionOf(send(`https://127.0.0.1:${silent.port}/`, { agent }));

    expect(error.name).toBe('TimeoutError');
    expect(reportOf(error)?.attempts.map(({ outcome }) => 'kind' in outcome && outcome.kind)).toEqual([
      'attempt-timeout',
      'attempt-timeout',
      'attempt-timeout',
    ]);
  }
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

test('of 5 requests that wait for one place each gets its own error', async () => {
  const { origin } = await lateOrigin();
  const agent = safeAgent({ maxSockets: 1, retry: { backoff: () => 1, maxAttempts: 2, budget: 'none' } });

  const errors = await Promise.all(Array.from({ length: 5 }, () => rejectionOf(send(origin.url, { agent }))));

  expect(errors.map((error) => reportOf(error)?.attempts.length)).toEqual([2, 2, 2, 2, 2]);
  expect(agent.requests).toEqual({});
  expect(agent).toMatchObject({ totalSocketCount: 0 });
});

test('destroy ends waiting requests', async () => {
  const { origin } = await lateOrigin();
  const agent = safeAgent({ retry: { backoff: () => 60_000 } });

  const sent = rejectionOf(send(origin.url, { agent }));
  await new Promise((resolve) => setTimeout(resolve, 30));
  agent.destroy();

  expect((await sent).message).toBe('The agent was destroyed');
});

test('options that are not allowed are named', () => {
  expect(() => safeAgent({ protocol: 'ftp:' as never })).toThrow("protocol must be 'http:' or 'https:', not \"ftp:\"");
  expect(() => safeAgent({ retry: { maxAttemps: 3 } as never })).toThrow(/maxAttemps/);
});
