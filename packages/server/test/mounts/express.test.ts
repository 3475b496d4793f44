import { idempotent, memoryStore } from '@twicesafe/server';
import { nodeHandler } from '@twicesafe/server/node';
import { serve } from '@twicesafe/testing';
import compression from 'compression';
import cors from 'cors';
import express, { type ErrorRequestHandler } from 'express';
import { expect, test, vi } from 'vitest';
import { mountSuite } from './mount-suite.ts';

const quiet: ErrorRequestHandler = (_error, _request, response, _next) => void response.sendStatus(500);

mountSuite({
  name: 'nodeHandler on Express',
  listen: ({ handle, outside }) => {
    const app = express();
    if (outside) app.use(cors({ origin: true }), compression({ threshold: 0 }));
    app.all('/payments', nodeHandler(handle)).use(quiet);
    return serve(app);
  },
});

const echo = idempotent(async (request) => new Response(`${request.url} ${await request.text()}`), {
  store: memoryStore(),
  scope: () => 'single-tenant',
});
const init = { method: 'POST', body: '{ "cents": 1200 }', headers: { 'content-type': 'application/json' } };
const keyed = { ...init, headers: { ...init.headers, 'idempotency-key': 'k' } };

test('a parsed body without its bytes is an error with advice', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue();
  const app = express().use(express.json()).post('/payments', nodeHandler(echo));
  await using server = await serve(app);

  const response = await fetch(`${server.url}payments`, keyed);

  expect(response.status).toBe(500);
  const detail = expect.stringMatching(/parsed before.*rawBody/);
  expect(await response.json()).toMatchObject({ code: 'body-parsed', detail });
  expect(log).toHaveBeenCalledOnce();
});

test.each([
  [
    'keeps them as rawBody',
    express.json({ verify: (request, _, bytes) => void Object.assign(request, { rawBody: bytes }) }),
  ],
  ['leaves them as the body', express.raw({ type: '*/*' })],
])('a parser that %s may stand before', async (_, parser) => {
  await using server = await serve(express().use(parser).post('/payments', nodeHandler(echo)));

  const response = await fetch(`${server.url}payments`, keyed);

  expect(await response.text()).toContain(init.body);
});

test('a router does not hide its part of the path', async () => {
  const router = express.Router().post('/payments', nodeHandler(echo));
  await using server = await serve(express().use('/api', router));

  const response = await fetch(`${server.url}api/payments?a=b`, init);

  expect(await response.text()).toContain('/api/payments?a=b');
});

test("an error without a key reaches the application's error handler", async () => {
  const errors: unknown[] = [];
  const handle = async (): Promise<Response> => {
    throw new Error('own');
  };
  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    errors.push(error);
    response.sendStatus(418);
  };
  await using server = await serve(express().post('/payments', nodeHandler(handle)).use(onError));

  expect((await fetch(`${server.url}payments`, init)).status).toBe(418);
  expect(errors).toEqual([new Error('own')]);
});
