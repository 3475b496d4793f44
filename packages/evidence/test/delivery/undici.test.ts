import { once } from 'node:events';
import { connect } from 'node:http2';
import { ConnectProxy, closedPort, Http2Origin, rejectionOf, type StreamAct, serveSockets } from '@twicesafe/testing';
import { Agent, fetch, ProxyAgent, request } from 'undici';
import { expect, test } from 'vitest';
import { deliveryOf } from '../../src/delivery/delivery-of.ts';

const runtime = 'node';
const post = { method: 'POST', body: 'x' } as const;

test('a name of which no address answers was never sent to', async () => {
  const bothAddresses = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];
  const dispatcher = new Agent({
    connect: { autoSelectFamily: true, lookup: (_name, _options, callback) => callback(null, bothAddresses) },
  });

  const error = await rejectionOf(fetch(`http://two.invalid:${await closedPort()}/`, { ...post, dispatcher }));
  await dispatcher.destroy();

  expect(error).toHaveProperty('cause.errors.length', 2);
  expect(deliveryOf(error, { runtime })).toBe('never-sent');
});

test('a connect timeout was never sent, though TCP was up', async () => {
  await using server = await serveSockets(() => {});
  const dispatcher = new Agent({ connect: { timeout: 20 } });

  const error = await rejectionOf(fetch(`https://127.0.0.1:${server.port}/`, { ...post, dispatcher }));
  await dispatcher.destroy();

  expect(error).toHaveProperty('cause.code', 'UND_ERR_CONNECT_TIMEOUT');
  expect(deliveryOf(error, { runtime })).toBe('never-sent');
});

test.each([
  ['fetch', fetch],
  ['request', request],
])('a proxy that refuses the tunnel keeps %s from the origin', async (_name, send) => {
  await using proxy = await ConnectProxy.listen();
  proxy.plays({ refuses: 403 });
  const dispatcher = new ProxyAgent(proxy.url);

  const error = await rejectionOf(send('https://origin.invalid/', { ...post, dispatcher }));
  await dispatcher.destroy();

  expect(deliveryOf(error, { runtime })).toBe('never-sent');
  expect(deliveryOf(error, { runtime, redirected: true })).toBe('unknown');
});

type ResetCode = (StreamAct & { does: 'reset' })['code'];

test.each<[ResetCode, string]>([
  ['REFUSED_STREAM', 'refused'],
  ['INTERNAL_ERROR', 'unknown'],
  ['ENHANCE_YOUR_CALM', 'unknown'],
])('a stream reset with %s', async (code, delivery) => {
  await using origin = await Http2Origin.listen();
  origin.plays({ does: 'reset', code, processed: false });
  const dispatcher = new Agent({ allowH2: true, connect: { rejectUnauthorized: false } });

  const error = await rejectionOf(fetch(origin.url, { ...post, dispatcher }));
  await dispatcher.destroy();

  expect(origin.received).toEqual(['POST']);
  expect(deliveryOf(error, { runtime })).toBe(delivery);
});

test('a GOAWAY below our stream is a refusal', async () => {
  await using origin = await Http2Origin.listen();
  origin.plays({ does: 'go-away' });
  const dispatcher = new Agent({ allowH2: true, connect: { rejectUnauthorized: false } });

  const error = await rejectionOf(fetch(origin.url, { ...post, dispatcher }));
  await dispatcher.destroy();

  expect(error).toHaveProperty('cause.code', 'UND_ERR_INFO');
  expect(deliveryOf(error, { runtime })).toBe('refused');
});

test.each<[ResetCode, string]>([
  ['REFUSED_STREAM', 'refused'],
  ['INTERNAL_ERROR', 'unknown'],
])('a stream of node:http2 reset with %s', async (code, delivery) => {
  await using origin = await Http2Origin.listen();
  origin.plays({ does: 'reset', code, processed: false });
  const session = connect(origin.url, { rejectUnauthorized: false });
  const stream = session.request({ ':method': 'POST' });

  const [error] = await once(stream, 'error');
  session.destroy();

  expect(deliveryOf(error, { runtime })).toBe(delivery);
});

test('a stream of node:http2 that waited for a connection in vain was never sent', async () => {
  const session = connect(`http://127.0.0.1:${await closedPort()}`).on('error', () => {});
  const stream = session.request({ ':method': 'POST' });

  const [error] = await once(stream, 'error');

  expect(error).toHaveProperty('code', 'ERR_HTTP2_STREAM_CANCEL');
  expect(deliveryOf(error, { runtime })).toBe('never-sent');
});
