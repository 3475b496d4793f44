import { AsyncLocalStorage } from 'node:async_hooks';
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

test('what a middleware found reaches scope and the handler, as docs/server.md shows', async () => {
  const caller = new AsyncLocalStorage<{ account: string; order: string }>();
  const ran: unknown[] = [];
  const handle = nodeHandler(
    idempotent(
      async (request) => {
        await request.text();
        ran.push(caller.getStore());
        return Response.json(caller.getStore());
      },
      { store: memoryStore(), scope: () => caller.getStore()?.account as string, required: true },
    ),
  );
  const app = express().post('/orders/:id/payments', (request, response, next) => {
    const account = String(request.headers.authorization);
    return caller.run({ account, order: request.params.id }, () => handle(request, response, next));
  });
  await using server = await serve(app);
  const pay = (account: string, body: BodyInit): Promise<Response> =>
    fetch(`${server.url}orders/7/payments`, {
      ...keyed,
      body,
      headers: { ...keyed.headers, authorization: account },
      duplex: 'half',
    } as RequestInit);

  const streamed = await pay('a', new Blob(['{}']).stream());
  const [replay, other] = await Promise.all([pay('a', '{}'), pay('b', '{}')]);

  expect(await Promise.all([streamed, replay, other].map((response) => response.json()))).toEqual(
    ['a', 'a', 'b'].map((account) => ({ account, order: '7' })),
  );
  expect(replay.headers.has('idempotent-replayed')).toBe(true);
  expect(ran).toEqual(['a', 'b'].map((account) => ({ account, order: '7' })));
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
