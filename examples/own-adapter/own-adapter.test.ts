import { reportOf } from '@twicesafe/core';
import { listen } from '@twicesafe/example-busy-server';
import { expect, test } from 'vitest';
import { send } from './send.ts';
import { wrapSend } from './wrap-send.ts';

const safeSend = wrapSend(send, { backoff: () => 1 });

test('PUT is repeated after a 503, POST is not', async () => {
  await using server = await listen();

  expect((await safeSend({ method: 'PUT', url: server.url, body: '{}' })).status).toBe(200);
  expect((await safeSend({ method: 'POST', url: server.url, body: '{}' })).status).toBe(503);
  expect(server.methods).toEqual(['PUT', 'PUT', 'POST']);
});

test('POST is repeated after a refused connection: nothing was sent', async () => {
  const server = await listen();
  await server[Symbol.asyncDispose]();

  const error = await safeSend({ method: 'POST', url: server.url, body: '{}' }).catch((reason: unknown) => reason);

  expect(reportOf(error)).toMatchObject({ attempts: { length: 3 }, effect: 'not-applied' });
});

test("an abort brings the caller's reason", async () => {
  const reason = new Error('mine');

  await expect(safeSend({ method: 'GET', url: 'http://127.0.0.1:9/', signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});
