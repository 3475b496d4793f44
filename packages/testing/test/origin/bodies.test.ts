import { expect, test } from 'vitest';
import { bigBody, endlessBody, Origin, slowBody, stalledBody } from '../../src/index.ts';
import { RawClient } from '../support/raw-client.ts';

function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (response.body === null) throw new Error('the response has no body');
  return response.body.getReader();
}

test('slowBody sends its chunks at its pace and ends well', async () => {
  await using origin = await Origin.listen();
  await fetch(origin.url); // the first fetch of a process takes long enough to pass for a pause
  origin.plays(slowBody({ chunks: 3, everyMs: 50 }));
  const start = performance.now();

  const text = await (await fetch(origin.url, { method: 'POST' })).text();

  expect(text).toBe('chunk 1\nchunk 2\nchunk 3\n');
  expect(performance.now() - start).toBeGreaterThanOrEqual(98); // two pauses, less the rounding of two timers
  expect(origin.applied).toEqual(['GET', 'POST']);
});

test('slowBody leaves no timer behind when the origin closes between two chunks', async () => {
  const origin = await Origin.listen();
  origin.plays(slowBody({ chunks: 2, everyMs: 3_600_000 }));
  const reader = readerOf(await fetch(origin.url));
  await reader.read();

  await origin.close();

  await expect(reader.read()).rejects.toThrow();
  expect(origin.openSockets).toBe(0);
});

test('bigBody sends the exact number of bytes', async () => {
  await using origin = await Origin.listen();
  origin.plays(bigBody(1_000_001), bigBody(20_000, 500));

  const good = await fetch(origin.url);
  const goodBytes = (await good.arrayBuffer()).byteLength;
  const bad = await fetch(origin.url);
  const badBytes = (await bad.arrayBuffer()).byteLength;

  expect([good.status, goodBytes]).toEqual([200, 1_000_001]);
  expect([bad.status, badBytes]).toEqual([500, 20_000]);
  expect(origin.applied).toEqual(['GET']);
});

test('bigBody sends nothing beyond its length', async () => {
  await using origin = await Origin.listen();
  origin.plays(bigBody(20_000));
  using client = await RawClient.connect(origin.port);

  client.write('GET / HTTP/1.1\r\nconnection: close\r\n\r\n');
  await client.ending();

  expect(client.received.split('\r\n\r\n')[1]).toHaveLength(20_000);
});

test('endlessBody sends on until the client stops reading, and sees it go', async () => {
  await using origin = await Origin.listen();
  origin.plays(endlessBody(503, { headers: { 'retry-after': '1' } }));

  const response = await fetch(origin.url);
  const reader = readerOf(response);
  let bytes = 0;
  while (bytes < 500_000) bytes += (await reader.read()).value?.length ?? 0;
  await reader.cancel();

  expect(response.headers.get('retry-after')).toBe('1');
  await expect.poll(() => origin.openSockets).toBe(0);
  expect(origin.applied).toEqual([]);
});

test('endlessBody respects backpressure, and ends when the origin closes', async () => {
  const origin = await Origin.listen();
  origin.plays(endlessBody());
  const response = await fetch(origin.url);

  await origin.close();

  expect(response.status).toBe(200);
  expect(origin.openSockets).toBe(0);
});

test('stalledBody sends a first chunk and then nothing, but keeps the connection', async () => {
  await using origin = await Origin.listen();
  origin.plays(stalledBody(200, { headers: { 'x-kind': 'stalled' } }));
  using client = await RawClient.connect(origin.port);

  client.write('GET / HTTP/1.1\r\n\r\n');
  await client.sees('first');
  await fetch(origin.url); // a whole exchange: time in which more could have come

  expect(client.received).toBe(
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-kind: stalled\r\n\r\n5\r\nfirst\r\n',
  );
  expect(origin.openSockets).toBe(2);
  expect(origin.applied).toEqual(['GET', 'GET']);
});

test('stalledBody sees a client that gives up', async () => {
  await using origin = await Origin.listen();
  origin.plays(stalledBody(503));
  const response = await fetch(origin.url);

  await response.body?.cancel();

  await expect.poll(() => origin.openSockets).toBe(0);
  expect(origin.applied).toEqual([]);
});

test.for([
  { name: 'slowBody', act: slowBody({ chunks: 2, everyMs: 1 }) },
  { name: 'bigBody', act: bigBody(10) },
  { name: 'endlessBody', act: endlessBody() },
  { name: 'stalledBody', act: stalledBody() },
])('$name answers HEAD without a body and keeps the connection', async ({ act }) => {
  await using origin = await Origin.listen();
  origin.plays(act);
  using client = await RawClient.connect(origin.port);

  client.write('HEAD / HTTP/1.1\r\n\r\n');
  await client.sees('\r\n\r\n');
  client.write('GET / HTTP/1.1\r\n\r\n');
  await client.sees('ok');

  expect(client.received.split('\r\n\r\n')[1]).toMatch(/^HTTP\/1\.1 200 OK/);
});
