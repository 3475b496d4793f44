import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { expect, test } from 'vitest';
import { type FaultName, faultProxy, serveHttp2 } from '../../src/index.ts';
import { RawClient } from '../support/raw-client.ts';
import { openHttp2Shop } from '../support/shop.ts';

/** What a client of HTTP/2 sees of a stream. */
async function send(
  session: ClientHttp2Session,
  body: string | undefined,
  { method = 'POST', silenceMs = 10_000 } = {},
): Promise<unknown> {
  const stream = session.request({ ':method': method, ':path': '/orders' }, { endStream: body === undefined });
  let text = '';
  let head: IncomingHttpHeaders | undefined;
  stream.on('response', (headers) => {
    head = headers;
  });
  stream.on('data', (part) => {
    text += part;
  });
  if (body !== undefined) stream.end(body);
  const ending = new Promise<string>((resolve) => {
    stream
      .on('end', () => resolve('ended'))
      .on('error', () => resolve('cut'))
      .on('close', () => resolve('closed'));
    setTimeout(() => resolve('silence'), silenceMs);
  });
  const how = await ending;
  return how === 'ended' && !session.destroyed && head ? [head[':status'], text] : how;
}

function sessionTo(url: string): ClientHttp2Session & AsyncDisposable {
  const session = connect(url).on('error', () => {});
  return Object.assign(session, { [Symbol.asyncDispose]: async () => session.destroy() });
}

const whole = [201, 'POST /orders 5'];

test.each<[FaultName, number, unknown]>([
  ['none', 1, whole],
  ['resetBefore', 0, expect.stringMatching(/cut|closed|ended/)],
  ['resetAfter', 1, expect.stringMatching(/cut|closed|ended/)],
  ['closeAfter', 1, expect.stringMatching(/cut|closed|ended/)],
  ['truncated', 1, expect.not.stringMatching(/silence/)],
  ['lost502', 1, [502, '']],
  ['hang', 1, 'silence'],
  ['hangBefore', 0, 'silence'],
  ['busy503', 0, [503, '']],
  ['duplicated', 2, whole],
])('%s over HTTP/2 with prior knowledge: %d effects', async (name, effects, answer) => {
  await using shop = await openHttp2Shop();
  await using proxy = await faultProxy(shop.port);
  await using session = sessionTo(proxy.url);
  proxy.plays(name);

  expect(await send(session, 'order', { silenceMs: answer === 'silence' ? 200 : 10_000 })).toEqual(answer);
  expect(shop.orders).toHaveLength(effects);
});

test('many streams of one connection go their own ways', async () => {
  await using shop = await openHttp2Shop();
  await using proxy = await faultProxy(shop.port);
  await using session = sessionTo(proxy.url);
  proxy.plays('hang', 'lost502');

  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((body) => send(session, body, { silenceMs: body === 'a' ? 300 : 10_000 })),
  );

  expect(answers).toEqual(['silence', [502, ''], [201, 'POST /orders 1'], [201, 'POST /orders 1']]);
  expect(shop.orders).toEqual(['a', 'b', 'c', 'd']);
});

test('requests without a body and large bodies pass', async () => {
  await using shop = await openHttp2Shop();
  await using proxy = await faultProxy(shop.port);
  await using session = sessionTo(proxy.url);

  expect(await send(session, undefined, { method: 'GET' })).toEqual([201, 'GET /orders 0']);
  expect(await send(session, 'x'.repeat(1_000_000))).toEqual([201, 'POST /orders 1000000']);
});

test('trailers pass both ways', async () => {
  await using server = await serveHttp2((stream) => {
    let sum: unknown;
    stream.on('trailers', (trailers) => {
      sum = trailers['x-sum'];
    });
    stream.resume().on('end', () => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': `${sum}!` }));
      stream.end('body');
    });
  });
  await using proxy = await faultProxy(server.port);
  await using session = sessionTo(proxy.url);
  const stream = session.request({ ':method': 'POST' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }));
  stream.resume().end('body');

  const [trailers] = await once(stream, 'trailers');

  expect(trailers).toMatchObject({ 'x-sum': '7!' });
});

test('a stream that the client or server ends takes no other with it', async () => {
  await using server = await serveHttp2((stream, headers) => {
    stream.on('error', () => {});
    if (headers[':path'] === '/refused') stream.close(constants.NGHTTP2_REFUSED_STREAM);
    if (headers[':path'] === '/slow')
      setTimeout(() => stream.destroyed || stream.respond({ ':status': 204 }, { endStream: true }), 60);
  });
  await using proxy = await faultProxy(server.port);
  await using session = sessionTo(proxy.url);
  const open = (path: string) => session.request({ ':path': path }).on('error', () => {});
  const [slow, refused, cancelled] = [open('/slow'), open('/refused'), open('/never')];
  const answered = once(slow, 'response');

  await new Promise((resolve) => refused.once('close', resolve));
  cancelled.close(constants.NGHTTP2_CANCEL);
  const [headers] = await answered;

  expect(refused.rstCode).toBe(constants.NGHTTP2_REFUSED_STREAM);
  expect(headers[':status']).toBe(204);
});

test('recognizes a preface byte by byte, and a similar request as HTTP/1.1', async () => {
  await using shop = await openHttp2Shop();
  await using proxy = await faultProxy(shop.port);
  using client = await RawClient.connect(proxy.port);
  using other = await RawClient.connect(proxy.port);

  for (const byte of 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') {
    client.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.write('\0\0\0\x04\0\0\0\0\0');
  other.write('PRINT / HTTP/1.1\r\nhost: a\r\n\r\n');

  await client.sees('\x04'); // the server's own SETTINGS frame
  await other.sees('HTTP/1.1 400');
});
