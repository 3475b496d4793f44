import { expect, test, vi } from 'vitest';
import { connect, endOfStream, judgeGrpcStatus, trailersOf } from '../../src/connect/connect.ts';
import type { ProtocolAnswer } from '../../src/protocol.ts';
import { startOrdersServer } from '../support/orders-server.ts';
import { Orders } from '../support/orders-service.ts';
import { requestOf } from '../support/requests.ts';

// Loading these servers and clients takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const EMPTY_FRAME = new Uint8Array(5);

async function call(url: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': type, 'connect-protocol-version': '1' } });
}

async function judged(
  url: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<ProtocolAnswer | undefined> {
  const response = await call(url, type, body);
  return connect(Orders).judge?.(response, await response.text(), requestOf('POST', url));
}

test("judges a real Connect server's answers", async () => {
  await using server = await startOrdersServer();

  expect(await judged(`${server.url}shop.v1.Orders/Get`, 'application/json', '{}')).toEqual({
    verdict: 'transient',
    subject: 'Connect error `resource_exhausted`',
    waitMs: 2_500,
  });
  expect(await judged(`${server.url}shop.v1.Orders/Put`, 'application/json', '{}')).toEqual({
    verdict: 'final',
    subject: 'Connect error `unavailable` with a request not to retry',
  });
  expect(await judged(`${server.url}shop.v1.Orders/Pay`, 'application/json', '{}')).toBeUndefined();
});

test("reads a real gRPC-Web server's trailers, and none from a cut body", async () => {
  await using server = await startOrdersServer();
  const type = 'application/grpc-web+proto';

  const response = await call(`${server.url}shop.v1.Orders/Get`, type, EMPTY_FRAME);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const trailers = trailersOf(bytes) ?? new Map(response.headers);
  expect(judgeGrpcStatus({ get: (name) => trailers.get(name) ?? null })).toEqual({
    verdict: 'transient',
    subject: 'gRPC status `resource_exhausted`',
    waitMs: 2_500,
  });

  const success = await call(`${server.url}shop.v1.Orders/Pay`, type, EMPTY_FRAME);
  const body = new Uint8Array(await success.arrayBuffer());
  expect(trailersOf(body)?.get('grpc-status')).toBe('0');
  expect(Array.from(body, (_, length) => trailersOf(body.subarray(0, length))).filter((found) => found)).toEqual([]);
});

test('reads the end of a stream that a real Connect server writes', async () => {
  await using server = await startOrdersServer();
  const message = Uint8Array.from([0, 0, 0, 0, 2, 0x7b, 0x7d]);

  const response = await call(`${server.url}shop.v1.Orders/Watch`, 'application/connect+json', message);
  const bytes = new Uint8Array(await response.arrayBuffer());

  expect(endOfStream(bytes)).toMatchObject({ error: { code: 'internal' } });
  expect(endOfStream(bytes.subarray(0, -1))).toBeUndefined();
});
