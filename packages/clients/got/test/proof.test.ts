import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { connect, Socket } from 'node:net';
import { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  ConnectProxy,
  cert,
  closedPort,
  Http2Origin,
  Origin,
  processThenReset,
  redirect,
  rejectionOf,
  resetBeforeReading,
  type StreamAct,
  serveSockets,
  status,
  VirtualClock,
} from '@twicesafe/testing';
import type { OptionsInit } from 'got';
import { describe, expect, test } from 'vitest';
import { bodyJudge, createRetryPolicy, reportOf, retryContext, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const trusts: OptionsInit = { https: { certificateAuthority: cert } };
const DOUBT = { attempts: [{ delivery: 'unknown' }], decision: { reason: 'not-repeatable' }, effect: 'maybe-applied' };

describe.each(VERSIONS)('what %s proves', (_, got) => {
  const client = wrapGot(got, { backoff: () => 1 });

  test('a connection that never came up within an attempt carried nothing', async () => {
    await using origin = await Origin.listen();
    const clock = new VirtualClock();
    const agent = { http: firstHangs() };
    const policy = createRetryPolicy({ attemptTimeoutMs: 5000, skipWaits: true }, clock);

    const sent = wrapGot(got, policy).post(origin.url, { body: 'order', agent });
    await agent.http.asked;
    clock.advance(5000);

    const settled: unknown = await sent.catch((error: unknown) => error);
    const attempts = reportOf(settled)?.attempts ?? [];
    expect(attempts[0]).toMatchObject({ outcome: { kind: 'attempt-timeout' }, delivery: 'never-sent' });
    // got 14 fails by itself before its retry.
    expect(origin.applied).toHaveLength(attempts.length - 1);
  });

  test('a TLS handshake that hangs carried nothing', async () => {
    await using server = await serveSockets(() => {});

    const error = await rejectionOf(
      client.post(`https://127.0.0.1:${server.port}/`, { body: 'order', timeout: { secureConnect: 50 } }),
    );

    expect(reportOf(error)).toMatchObject({ effect: 'not-applied' });
    expect(new Set(reportOf(error)?.attempts.map(({ delivery }) => delivery))).toEqual(new Set(['never-sent']));
  });

  test('a socket that another client opened has no handshake in got, and proves nothing', async () => {
    await using origin = await Origin.listen({ secure: true });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: cert });
    await text(await new Promise<never>((resolve) => httpsRequest(origin.url, { agent }, resolve as never).end()));
    origin.plays(processThenReset());

    const error = await rejectionOf(client.post(origin.url, { body: 'order', agent: { https: agent } }));
    agent.destroy();

    expect(reportOf(error)).toMatchObject(DOUBT);
    expect(origin.applied).toEqual(['GET', 'POST']);
  });

  test.each([
    ['a socket without a connect event', true],
    ["Node's own socket", false],
  ])('%s proves nothing that is cut during an upload', async (_name, isQuiet) => {
    await using origin = await Origin.listen();
    origin.plays(resetBeforeReading(), resetBeforeReading());
    const body = Buffer.alloc(8_000_000);

    const error = await rejectionOf(
      client.post(origin.url, { body, ...(isQuiet && { agent: { http: quietAgent() } }) }),
    );

    expect(reportOf(error)).toMatchObject(DOUBT);
    expect(origin.requests).toHaveLength(1);
  });

  test("a request function of the caller's proves nothing", async () => {
    await using origin = await Origin.listen();
    const request = (async (_url: URL, options: object) => {
      await text(
        await new Promise<never>((resolve) =>
          httpRequest(origin.url, { ...options, agent: false }, resolve as never).end(),
        ),
      );
      throw Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect', code: 'ECONNREFUSED' });
    }) as never;

    const error = await rejectionOf(client.post(origin.url, { request }));

    expect(reportOf(error)).toMatchObject(DOUBT);
    expect(origin.applied).toEqual(['POST']);
  });

  test.each<[string, OptionsInit, number, string]>([
    ['a success of a request that a function made', { request: httpRequest as never }, 200, 'applied'],
    ['a refusal of a request that a function made', { request: httpRequest as never }, 422, 'maybe-applied'],
    ['a success of another method that a function sent', { request: sendsGet as never }, 200, 'maybe-applied'],
    ['a success that a function made of a failure', { request: answersBy((sent) => sent) }, 503, 'maybe-applied'],
    ['a success that a function made of nothing', { request: answersBy(() => undefined) }, 200, 'maybe-applied'],
    ['a response that a hook made up', { hooks: { beforeRequest: [() => queued() as never] } }, 200, 'maybe-applied'],
    [
      'a success that a hook made up',
      { hooks: { beforeRequest: [() => ({ statusCode: 201, headers: {}, body: 'queued' }) as never] } },
      200,
      'maybe-applied',
    ],
  ])('%s', async (_, options, code, effect) => {
    await using origin = await Origin.listen();
    origin.plays(status(code));

    const settled: unknown = await client
      .post(origin.url, { body: 'order', throwHttpErrors: false, ...options })
      .catch((error: unknown) => error);

    expect(reportOf(settled)?.effect).toBe(effect);
  });

  test('a refusal in the body of a success refuses one copy of those that a function made', async () => {
    await using origin = await Origin.listen();
    const headers = { 'content-type': 'application/json' };
    origin.plays(status(200, { body: '{}', headers }));
    const refused = 'https://api.example/docs';
    const judge = bodyJudge(() => ({ verdict: 'transient', subject: 'refusal', refused }));
    const judging = wrapGot(got, { rules: [{ judge }] });

    const response = await judging.post(origin.url, { body: 'order', request: httpRequest as never });

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(response)).toMatchObject({ decision: { reason: 'not-repeatable' }, effect: 'maybe-applied' });
  });

  test('a cached success says nothing about a GET that must not be retried', async () => {
    await using origin = await Origin.listen();
    const answer = status(200, { headers: { 'cache-control': 'max-age=60' } });
    origin.plays(answer);
    const options = { cache: new Map(), context: retryContext({ idempotent: false }) } as OptionsInit;

    const first = await client.get(origin.url, options);
    const second = await client.get(origin.url, options);

    expect(origin.requests).toHaveLength(1);
    expect([first, second].map((each) => reportOf(each)?.effect)).toEqual(['applied', 'maybe-applied']);
  });

  test.each([
    [302, 'maybe-applied'],
    [303, 'maybe-applied'],
    [307, 'applied'],
  ])('a success behind a %i: %s', async (code, effect) => {
    await using origin = await Origin.listen();
    origin.plays(redirect(code, '/next'));

    const response = await client.post(origin.url, { body: 'order', methodRewriting: false });

    expect(response.statusCode).toBe(200);
    expect(reportOf(response)?.effect).toBe(effect);
  });

  test.each<[string, number[], NonNullable<OptionsInit['hooks']>]>([
    ['a 302 and a 307', [302, 307], {}],
    [
      'a 307 whose hook changes the method',
      [307],
      { beforeRedirect: [(options) => void Object.assign(options, { method: 'PUT' })] },
    ],
  ])('a success behind %s may be of another request', async (_name, codes, hooks) => {
    await using origin = await Origin.listen();
    origin.plays(...codes.map((code) => redirect(code, '/next')));

    const response = await client.post(origin.url, { body: 'order', methodRewriting: false, hooks });

    expect(origin.requests).toHaveLength(codes.length + 1);
    expect(reportOf(response)).toMatchObject({ effect: 'maybe-applied', effectReason: 'redirected-response' });
  });

  test('a request that a function makes after the time of its attempt is cut', async () => {
    await using origin = await Origin.listen();
    const clock = new VirtualClock();
    let ask = (): void => {};
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    let goOn = (): void => {};
    const going = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const request = (async (url: URL, options: object) => {
      ask();
      await going;
      return httpRequest(url, options);
    }) as never;

    const sent = rejectionOf(
      wrapGot(got, createRetryPolicy({ attemptTimeoutMs: 1000 }, clock)).post(origin.url, { body: 'order', request }),
    );
    await asked;
    clock.advance(1000);
    goOn();

    expect(await sent).toMatchObject({ code: 'TWICESAFE_ATTEMPT_TIMEOUT' });
    expect(origin.requests).toEqual([]);
  });

  test('a cache that fails proves nothing', async () => {
    await using origin = await Origin.listen();
    const fails = async (): Promise<never> => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect', code: 'ECONNREFUSED' });
    };
    const cache = { get: fails, set: fails, delete: fails, clear: fails } as never;

    const settled: unknown = await client.post(origin.url, { body: 'order', cache }).catch((error: unknown) => error);

    expect(origin.applied.length).toBeLessThanOrEqual(1);
    expect(reportOf(settled)?.effect).not.toBe('not-applied');
  });

  test('an invalid header field is a mistake: nothing was sent, and nothing will be', async () => {
    await using origin = await Origin.listen();

    const error = await rejectionOf(client.post(origin.url, { headers: { 'x-bad': 'a\nb' } }));

    expect(reportOf(error)).toMatchObject({ decision: { reason: 'programmer-error' }, effect: 'not-applied' });
    expect(origin.requests).toEqual([]);
  });

  test("a tunnel that Node's agent is refused leads nowhere", async () => {
    await using origin = await Origin.listen({ secure: true });
    await using proxy = await ConnectProxy.listen();
    proxy.plays({ refuses: 502 });
    const agent = new Agent({ proxyEnv: { HTTPS_PROXY: proxy.url } } as never);

    const settled: unknown = await client
      .post(origin.url, { body: 'order', agent: { https: agent }, ...trusts })
      .catch((error: unknown) => error);
    agent.destroy();

    expect(reportOf(settled)?.effect).not.toBe(origin.applied.length > 0 ? 'not-applied' : 'applied');
    expect(origin.applied.length).toBeLessThanOrEqual(1);
  });
});

describe.each(VERSIONS)('what %s proves over HTTP/2', (_, got) => {
  const client = wrapGot(got, { backoff: () => 1 });

  test.each<[string, StreamAct]>([
    ['INTERNAL_ERROR', { does: 'reset', code: 'INTERNAL_ERROR', processed: true }],
    ['CANCEL', { does: 'reset', code: 'CANCEL', processed: true }],
    ['a connection that is cut', { does: 'drop' }],
    ['a GOAWAY that counts the stream in', { does: 'go-away-after', code: 0 }],
  ])('%s proves nothing: a POST is not sent again', async (_name, act) => {
    await using origin = await Http2Origin.listen();
    origin.plays(act, act, act);

    const settled: unknown = await client
      .post(origin.url, { body: 'order', http2: true, ...trusts })
      .catch((error: unknown) => error);

    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(settled)?.effect).not.toBe('not-applied');
  });

  test('a connection that was refused carried nothing', async () => {
    const url = `https://127.0.0.1:${await closedPort()}/`;

    const once = wrapGot(got, { maxAttempts: 1 });
    const error = await rejectionOf(once.post(url, { body: 'order', http2: true, ...trusts }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'never-sent' }], effect: 'not-applied' });
  });

  test('a PUT is sent again', async () => {
    await using origin = await Http2Origin.listen();
    origin.plays({ does: 'drop' });

    await client.put(origin.url, { body: 'order', http2: true, ...trusts });

    expect(origin.applied).toEqual(['PUT', 'PUT']);
  });
});

/** A response that no server sent. */
function queued(): object {
  return Object.assign(Readable.from(['queued']), { statusCode: 202, headers: {}, complete: true });
}

function sendsGet(url: URL, options: object): ClientRequest {
  return httpRequest(url, { ...options, method: 'GET' });
}

/** A request function that answers by itself: once its server did, or without a server. */
function answersBy(whose: (sent: ClientRequest) => ClientRequest | undefined): never {
  return ((url: URL, options: object) => {
    const sent = httpRequest(url, options);
    const emit = sent.emit.bind(sent);
    const answer = (): boolean => emit('response', queued());
    if (!whose(sent)) setImmediate(answer);
    sent.emit = (event: string, ...details: unknown[]) =>
      event === 'response' && whose(sent) ? answer() : emit(event, ...details);
    return sent;
  }) as never;
}

/** The first connection is never made. */
function firstHangs(): HttpAgent & { asked: Promise<void> } {
  let hangs = true;
  let ask = (): void => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const agent = new HttpAgent();
  const open = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    if (!hangs) return open(options, callback);
    hangs = false;
    setImmediate(ask);
    // An address that no packet comes back from, as Node sees it: the socket goes on connecting.
    const socket = new Socket();
    return Object.assign(socket, { connecting: true });
  };
  return Object.assign(agent, { asked });
}

/** A stream around a socket, as agents for tunnels make them: it says that it connects, and never that it has. */
class QuietSocket extends Duplex {
  readonly connecting = true;
  readonly #socket: Socket;

  constructor(options: object) {
    super();
    this.#socket = connect(options as never);
    this.#socket.on('data', (data) => this.push(data));
    this.#socket.on('error', (error) => this.destroy(error));
    this.#socket.on('end', () => this.push(null));
  }

  override _read(): void {}

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  setTimeout(): void {}
  setNoDelay(): void {}
  address(): object {
    return {};
  }
}

function quietAgent(): HttpAgent {
  const agent = new HttpAgent();
  agent.createConnection = (options) => new QuietSocket(options) as never;
  return agent;
}
