import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { faultProxy, scriptedOrigin, serve, statusEarly, truncate } from '../../src/index.ts';
import { failureCode, RawClient } from '../support/raw-client.ts';
import { openShop } from '../support/shop.ts';

test('a streamed answer passes chunk by chunk', async () => {
  let next: () => void = () => {};
  await using shop = await openShop((_, response) => {
    response.write('one');
    next = () => response.end('two');
  });
  await using proxy = await faultProxy(shop.port);

  const { body } = await fetch(proxy.url);
  const reader = body?.getReader();
  const first = await reader?.read();
  next();
  const second = await reader?.read();

  expect([first, second].map((part) => new TextDecoder().decode(part?.value))).toEqual(['one', 'two']);
});

test("passes a large upload with the server's backpressure", async () => {
  const size = 13_000_000;
  const arrived = Promise.withResolvers<() => void>();
  await using shop = await openShop((incoming, response) => {
    let got = 0;
    incoming.pause();
    arrived.resolve(() =>
      incoming
        .on('data', (part) => (got += part.length))
        .on('end', () => response.end(String(got)))
        .resume(),
    );
  });
  await using proxy = await faultProxy(shop.port);
  const upload = request(proxy.url, { method: 'POST' });
  const answered = once(upload, 'response') as Promise<[IncomingMessage]>;

  let sent = 0;
  while (sent < size) {
    sent += 65_536;
    if (!upload.write(Buffer.alloc(65_536)) && !(await drained(upload))) break;
  }
  const held = sent;
  (await arrived.promise)();
  for (; sent < size; sent += 65_536) if (!upload.write(Buffer.alloc(65_536))) await once(upload, 'drain');
  upload.end();
  const [answer] = await answered;

  expect(held).toBeLessThan(size);
  expect(await textOf(answer)).toBe(String(sent));
});

/** Whether the stream takes more before long: it never does while the server reads nothing. */
async function drained(upload: NodeJS.EventEmitter): Promise<boolean> {
  const signal = AbortSignal.timeout(100);
  return await once(upload, 'drain', { signal }).then(
    () => true,
    () => false,
  );
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of answer) text += part;
  return text;
}

test('fifty requests go over one kept connection', async () => {
  await using shop = await openShop();
  await using proxy = await faultProxy(shop.port);
  using agent = new KeepAlive();
  const ports = new Set<number | undefined>();

  for (let count = 0; count < 50; count += 1) {
    const sent = request(proxy.url, { method: 'POST', agent }).end('order');
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    ports.add(sent.socket?.localPort);
    await textOf(answer);
  }

  expect(shop.orders).toHaveLength(50);
  expect(ports.size).toBe(1);
});

class KeepAlive extends Agent implements Disposable {
  constructor() {
    super({ keepAlive: true, maxSockets: 1 });
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}

test('the head passes as it was written: names, order, repeated fields, the reason', async () => {
  await using shop = await openShop((incoming, response) => {
    response.sendDate = false;
    response.writeHead(299, 'Fine By Me', [
      'X-One',
      '1',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'Content-Length',
      '0',
    ]);
    response.end();
    head = incoming.rawHeaders;
  });
  let head: readonly string[] = [];
  await using proxy = await faultProxy(shop.port);
  using client = await RawClient.connect(proxy.port);

  client.write('GET /a%20b?c HTTP/1.1\r\nHost: shop\r\nX-B: 2\r\nx-a: 1\r\nX-B: 3\r\nconnection: close\r\n\r\n');
  await client.ending();

  expect(head).toEqual(['Host', 'shop', 'X-B', '2', 'x-a', '1', 'X-B', '3', 'Connection', 'close']);
  expect(client.received).toBe(
    'HTTP/1.1 299 Fine By Me\r\nX-One: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  );
});

test('trailers pass both ways', async () => {
  await using shop = await openShop((incoming, response) => {
    incoming.resume().on('end', () => {
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('body');
      response.addTrailers({ 'x-sum': `${incoming.trailers['x-sum']}!` });
      response.end();
    });
  });
  await using proxy = await faultProxy(shop.port);
  const upload = request(proxy.url, { method: 'POST', headers: { trailer: 'x-sum' } });
  upload.write('body');
  upload.addTrailers({ 'x-sum': '7' });
  upload.end();
  const [answer] = (await once(upload, 'response')) as [IncomingMessage];
  await textOf(answer);

  expect(answer.trailers).toEqual({ 'x-sum': '7!' });
});

test('early hints and 100 Continue pass', async () => {
  await using shop = await openShop((_, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.end('ok');
  });
  await using proxy = await faultProxy(shop.port);
  const statuses: number[] = [];
  const upload = request(proxy.url, { method: 'POST', headers: { expect: '100-continue' } });
  upload.on('continue', () => upload.end('body')).on('information', ({ statusCode }) => statuses.push(statusCode));
  upload.flushHeaders();
  const [answer] = (await once(upload, 'response')) as [IncomingMessage];

  expect(await textOf(answer)).toBe('ok');
  expect(statuses).toContain(103);
});

test('an upgraded connection passes byte by byte', async () => {
  await using echo = await serve(() => {});
  echo.server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
    socket.pipe(socket);
  });
  await using proxy = await faultProxy(echo.port);
  using client = await RawClient.connect(proxy.port);

  client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
  await client.sees('\r\n\r\n');
  client.write('hello');
  await client.sees('hello');

  expect(client.received).toMatch(/^HTTP\/1.1 101 .*\r\n\r\nhello$/s);
});

test('an answer that comes before the whole request was read reaches the client', async () => {
  await using origin = await scriptedOrigin();
  origin.plays(statusEarly(413));
  await using proxy = await faultProxy(origin.port);
  const upload = request(proxy.url, { method: 'POST' });
  upload.on('error', () => {}).write(Buffer.alloc(100_000));
  const [answer] = (await once(upload, 'response')) as [IncomingMessage];

  expect(answer.statusCode).toBe(413);
  upload.destroy();
});

test("the client sees the server's torn answers and resets", async () => {
  await using origin = await scriptedOrigin();
  await using proxy = await faultProxy(origin.port);
  const { resetAfterReading } = await import('../../src/index.ts');
  origin.plays(truncate(), resetAfterReading());

  const torn = await fetch(proxy.url).then((response) => response.text().catch(() => 'torn'));

  expect(torn).toBe('torn');
  expect(await failureCode(fetch(proxy.url))).toBe('ECONNRESET');
});

test('a client that goes is gone for the server, too', async () => {
  const gone = Promise.withResolvers<void>();
  await using shop = await openShop((_, response) => void response.on('close', gone.resolve));
  await using proxy = await faultProxy(shop.port);
  const socket = connect(proxy.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 20));

  socket.destroy();

  await gone.promise;
});

test('pipelined requests are answered in order', async () => {
  await using shop = await openShop((incoming, response) => {
    setTimeout(() => response.end(incoming.url), incoming.url === '/1' ? 30 : 0);
  });
  await using proxy = await faultProxy(shop.port);
  using client = await RawClient.connect(proxy.port);

  client.write('GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  await client.ending();

  expect(client.received.match(/\/\d(?!\.)/g)).toEqual(['/1', '/2']);
});

test('a HEAD keeps its length, and a POST without a body gets none', async () => {
  let framing: string | undefined;
  await using shop = await openShop((incoming, response) => {
    framing = incoming.headers['transfer-encoding'];
    response.writeHead(200, { 'content-length': '99' });
    response.end(incoming.method === 'HEAD' ? undefined : 'x'.repeat(99));
  });
  await using proxy = await faultProxy(shop.port);

  expect((await fetch(proxy.url, { method: 'HEAD' })).headers.get('content-length')).toBe('99');
  await (await fetch(proxy.url, { method: 'POST' })).text();
  expect(framing).toBeUndefined();
});
