import { connect } from 'node:net';
import { closedPort, hang, Origin, redirect, rejectionOf, resetAfterReading, serveSockets } from '@twicesafe/testing';
import ky from 'ky';
import { expect, test } from 'vitest';
import { deliveryOf } from '../../src/delivery/delivery-of.ts';
import { failureKindOf } from '../../src/delivery/failure-kind-of.ts';

const post = { method: 'POST', body: 'x' };

test('a refused connection was never sent', async () => {
  const error = await rejectionOf(fetch(`http://127.0.0.1:${await closedPort()}/`, post));

  expect(deliveryOf(error)).toBe('never-sent');
  expect(failureKindOf(error)).toBe('network');
});

test('a connection refused to ky was never sent', async () => {
  const error = await rejectionOf(ky.post(`http://127.0.0.1:${await closedPort()}/`, { retry: 0 }));

  expect(deliveryOf(error)).toBe('never-sent');
  expect(failureKindOf(error)).toBe('network');
});

test('a name without address was never sent to', async () => {
  const error = await rejectionOf(fetch('http://nowhere.invalid/', post));

  expect(deliveryOf(error)).toBe('never-sent');
});

test('a certificate that is not accepted stops the request before it is sent', async () => {
  await using origin = await Origin.listen({ secure: true });

  const error = await rejectionOf(fetch(origin.url, post));

  expect(deliveryOf(error)).toBe('never-sent');
  expect(failureKindOf(error)).toBe('certificate');
  expect(origin.requests).toEqual([]);
});

test('a connection closed inside the TLS handshake was never sent on', async () => {
  await using server = await serveSockets((socket) => socket.once('data', () => socket.end()));

  const error = await rejectionOf(fetch(`https://127.0.0.1:${server.port}/`, post));

  expect(deliveryOf(error)).toBe('never-sent');
});

test('a TLS error proves nothing: alerts also come after the request', async () => {
  await using server = await serveSockets((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
  );

  const error = await rejectionOf(fetch(`https://127.0.0.1:${server.port}/`, post));

  expect(deliveryOf(error)).toBe('unknown');
  expect(failureKindOf(error)).toBe('network');
});

test('a reset after reading the request proves nothing', async () => {
  await using origin = await Origin.listen();
  origin.plays(resetAfterReading());

  const error = await rejectionOf(fetch(origin.url, post));

  expect(deliveryOf(error)).toBe('unknown');
});

test.each([303, 307])('a POST that was answered %i and redirected to a closed port proves nothing', async (status) => {
  await using origin = await Origin.listen();
  origin.plays(redirect(status, `http://127.0.0.1:${await closedPort()}/`));

  const error = await rejectionOf(fetch(origin.url, post));

  expect(origin.requests.map(({ method }) => method)).toEqual(['POST']);
  expect(error).toHaveProperty('cause.syscall', 'connect');
  expect(deliveryOf(error, { redirected: true })).toBe('unknown');
});

test("the refusal of the caller's own upload source proves nothing about the upload", async () => {
  await using origin = await Origin.listen();
  origin.plays(hang());
  const closed = await closedPort();
  const body = new ReadableStream({
    async pull(controller) {
      if (origin.requests.length === 0) controller.enqueue(new Uint8Array(9));
      else controller.error(await new Promise((resolve) => connect(closed, '127.0.0.1').once('error', resolve)));
      await new Promise(setImmediate);
    },
  });

  const error = await rejectionOf(fetch(origin.url, { method: 'POST', body, duplex: 'half' } as RequestInit));

  expect(origin.requests.map(({ method }) => method)).toEqual(['POST']);
  expect(error).toHaveProperty('cause.syscall', 'connect');
  expect(deliveryOf(error, { streamBody: true })).toBe('unknown');
});

test('an abort and a timeout prove nothing by themselves', async () => {
  await using server = await serveSockets(() => {});
  const { url } = server;

  expect(deliveryOf(await rejectionOf(fetch(url, { signal: AbortSignal.timeout(20) })))).toBe('unknown');
  expect(deliveryOf(await rejectionOf(fetch(url, { signal: AbortSignal.abort() })))).toBe('unknown');
});
