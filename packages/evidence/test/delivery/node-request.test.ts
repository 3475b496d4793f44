import { once } from 'node:events';
import { Agent, type ClientRequest, type ClientRequestArgs, request } from 'node:http';
import { connect } from 'node:http2';
import { request as secureRequest } from 'node:https';
import { connect as connectSocket } from 'node:net';
import { Duplex } from 'node:stream';
import { closedPort, Http2Origin, hang, Origin, serveSockets } from '@twicesafe/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deliveryOfRequest } from '../../src/delivery/node-request.ts';
import { connectFailure } from './failures.ts';

/** A POST whose own failure is nothing to the test. */
function post(url: string, options: ClientRequestArgs = {}): ClientRequest {
  return request(url, { method: 'POST', ...options })
    .on('error', () => {})
    .end('order');
}

const over = new Error('over');
const opened: ClientRequest[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.destroy();
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('a refused connection was never sent, behind follow-redirects too', async () => {
  const sent = request(`http://127.0.0.1:${await closedPort()}/`, { method: 'POST' }).end('order');

  const [error] = await once(sent, 'error');

  expect([sent, { _currentRequest: sent }].map((each) => deliveryOfRequest(error, each))).toEqual([
    'never-sent',
    'never-sent',
  ]);
});

describe("a request that waits for a socket of Node's agent", () => {
  let origin: Origin;
  beforeEach(async () => {
    origin = await Origin.listen();
    origin.plays(hang());
  });
  afterEach(() => origin.close());

  async function queued(agent: Agent): Promise<ClientRequest> {
    const busy = post(origin.url, { agent });
    await origin.received(1);
    const waiting = post(origin.url, { agent });
    opened.push(busy, waiting);
    return waiting;
  }

  test('is never sent once it is destroyed', async () => {
    const waiting = await queued(new Agent({ maxSockets: 1 }));
    expect(deliveryOfRequest(over, waiting)).toBe('unknown');

    waiting.destroy();

    expect(deliveryOfRequest(over, waiting)).toBe('never-sent');
  });

  test("may be sent if the agent's queue is the caller's", async () => {
    class Queue extends Agent {
      addRequest(...parameters: unknown[]): void {
        (Agent.prototype as unknown as { addRequest(...given: unknown[]): void }).addRequest.apply(this, parameters);
      }
    }
    const waiting = await queued(new Queue({ maxSockets: 1 }));

    waiting.destroy();

    expect(deliveryOfRequest(over, waiting)).toBe('unknown');
  });
});

test('a request without an agent or a socket proves by its error only', () => {
  const waiting = post('http://origin.test/', { createConnection: () => undefined as never });

  waiting.destroy();

  expect(deliveryOfRequest(over, waiting)).toBe('unknown');
  expect(deliveryOfRequest(connectFailure(), waiting)).toBe('never-sent');
});

test('a TLS handshake that is not over proves that nothing was sent, once its socket is closed', async () => {
  await using server = await serveSockets((socket) => socket.on('error', () => {}));
  const sent = secureRequest(`https://127.0.0.1:${server.port}/`, { method: 'POST' }).on('error', () => {});
  sent.end('order');
  const [socket] = await once(sent, 'socket');
  await once(socket, 'connect');
  expect(deliveryOfRequest(connectFailure(), sent)).toBe('unknown');

  sent.destroy();

  expect(deliveryOfRequest(over, sent)).toBe('never-sent');
});

test('after the TLS handshake, a closed socket proves nothing', async () => {
  await using origin = await Origin.listen({ secure: true });
  origin.plays(hang());
  const sent = secureRequest(origin.url, { method: 'POST', rejectUnauthorized: false }).on('error', () => {});
  sent.end('order');
  await origin.received(1);

  sent.destroy();

  expect(deliveryOfRequest(over, sent)).toBe('unknown');
});

test('the error of another stream than a socket proves nothing', async () => {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const sent = post('http://origin.test/', { createConnection: () => stream });
  await once(sent, 'socket');

  sent.destroy();

  expect(deliveryOfRequest(connectFailure(), sent)).toBe('unknown');
});

test('a refused stream of node:http2 was refused', async () => {
  await using origin = await Http2Origin.listen();
  origin.plays({ does: 'reset', code: 'REFUSED_STREAM', processed: false });
  const session = connect(origin.url, { rejectUnauthorized: false });
  const stream = session.request({ ':method': 'POST' });

  const [error] = await once(stream, 'error');
  session.destroy();

  expect(deliveryOfRequest(error, stream)).toBe('refused');
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'request'],
  ['a function', () => {}],
  ['an object', {}],
  ['an object without a prototype', Object.create(null)],
  ['a wrapper around nothing', { _currentRequest: null }],
  ['a wrapper around an object', { _currentRequest: {} }],
  ['a socket', connectSocket({ port: 9, lookup: () => {} }).destroy()],
])('%s is no request, and its error proves nothing', (_, given) => {
  expect(deliveryOfRequest(connectFailure(), given)).toBe('unknown');
});

test.each<[string, () => void]>([
  ["Bun's node:http", () => vi.stubGlobal('Bun', {})],
  ['a browser', () => vi.stubGlobal('process', undefined)],
  [
    'Node before 22.3, which does not give its modules',
    () => vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } })),
  ],
])('in %s, no request proves anything', async (_, pretend) => {
  // Node's agent waits for a connection in vain.
  const agent = Object.assign(new Agent(), { createConnection: () => undefined });
  const sent = post('http://origin.test/', { agent });
  sent.destroy();
  expect(deliveryOfRequest(over, sent)).toBe('never-sent');
  vi.resetModules();
  const fresh = await import('../../src/delivery/node-request.ts');

  pretend();

  expect(fresh.deliveryOfRequest(over, sent)).toBe('unknown');
});
