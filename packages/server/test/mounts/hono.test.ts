import { getRequestListener } from '@hono/node-server';
import { type IdempotencyEvent, memoryStore, NotApplied } from '@twicesafe/server';
import { honoHandler, honoIdempotency } from '@twicesafe/server/hono';
import { serve } from '@twicesafe/testing';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { beforeEach, describe, expect, test } from 'vitest';
import { seen } from '../support/payments.ts';
import { mountSuite } from './mount-suite.ts';

mountSuite({
  name: 'honoHandler',
  listen: ({ handle, outside }) => {
    const app = new Hono();
    if (outside) app.use(cors({ origin: (origin) => origin }), compress({ threshold: 0 }));
    app.all('/payments', honoHandler(handle));
    app.onError((_, context) => context.text('failed', 500));
    return serve(getRequestListener(app.fetch));
  },
});

describe('honoIdempotency', () => {
  let effects: string[];
  let events: IdempotencyEvent[];
  beforeEach(() => {
    effects = [];
    events = [];
  });
  const app = new Hono();
  app.use(cors({ origin: (origin) => origin }));
  const onEvent = (event: IdempotencyEvent): void => void events.push(event);
  app.use('/payments/*', honoIdempotency({ store: memoryStore(), scope: () => 'single-tenant', onEvent }));
  app.post('/payments/:how', async (context) => {
    effects.push(await context.req.text());
    switch (context.req.param('how')) {
      case 'refused':
        throw new HTTPException(400, { message: 'no' });
      case 'failing':
        throw new Error('own');
      case 'not-applied':
        throw new NotApplied(new Response('closed', { status: 409 }));
      default:
        return context.json({ key: (context.get('idempotency' as never) as { key: string }).key }, 201);
    }
  });
  app.onError((error, context) =>
    error instanceof HTTPException ? error.getResponse() : context.text('failed', 500, { 'x-failed': 'yes' }),
  );
  const pay = async (how: string, key: string | undefined, origin = 'https://one.example'): Promise<Response> =>
    app.request(`/payments/${how}`, {
      method: 'POST',
      body: '{}',
      headers: { origin, ...(key !== undefined && { 'idempotency-key': key }) },
    });

  test('runs a handler written for Hono once', async () => {
    const first = await pay('well', '"a"');
    const replay = await pay('well', 'a', 'https://two.example');

    expect([await seen(first), await seen(replay)]).toEqual([
      [201, false],
      [201, true],
    ]);
    expect(await replay.json()).toEqual({ key: 'a' });
    expect(await first.json()).toEqual({ key: 'a' });
    expect(replay.headers.get('access-control-allow-origin')).toBe('https://two.example');
    expect(effects).toEqual(['{}']);
  });

  test('keeps a refusal that the handler throws', async () => {
    expect(await seen(await pay('refused', 'b'))).toEqual([400, false]);
    expect(await seen(await pay('refused', 'b'))).toEqual([400, true]);
    expect(effects).toHaveLength(1);
  });

  test('keeps the response that the application makes of an error', async () => {
    expect(await seen(await pay('failing', 'c'))).toEqual([500, false]);
    expect(await seen(await pay('failing', 'c'))).toEqual([500, true]);
    expect(effects).toHaveLength(1);
  });

  test('gives the key back for NotApplied', async () => {
    const first = await pay('not-applied', 'd');

    expect(await seen(first)).toEqual([409, false]);
    expect(first.headers.has('x-failed')).toBe(false);
    expect(await seen(await pay('not-applied', 'd'))).toEqual([409, false]);
    expect(effects).toHaveLength(2);
  });

  test('lets a request without a key run', async () => {
    expect((await pay('well', undefined)).status).toBe(201);
    expect((await pay('well', undefined)).status).toBe(201);
    expect(effects).toHaveLength(2);
  });
});
