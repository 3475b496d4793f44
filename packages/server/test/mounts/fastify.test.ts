import fastifyCompress from '@fastify/compress';
import fastifyCors from '@fastify/cors';
import { fastifyPlugin } from '@twicesafe/server/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { type MountServer, mountSuite } from './mount-suite.ts';

async function listen(app: FastifyInstance): Promise<MountServer> {
  return { url: `${await app.listen({ host: '127.0.0.1', port: 0 })}/`, [Symbol.asyncDispose]: () => app.close() };
}

mountSuite({
  name: 'fastifyPlugin',
  listen: async ({ handle, outside }) => {
    const app = fastify({ forceCloseConnections: true });
    if (outside) {
      await app.register(fastifyCors, { origin: true });
      await app.register(fastifyCompress, { threshold: 0 });
    }
    const method = outside ? ['POST' as const] : ['POST' as const, 'HEAD' as const, 'OPTIONS' as const];
    await app.register(fastifyPlugin, { url: '/payments', handle, method });
    return listen(app);
  },
});

test('other routes keep their parsers', async () => {
  const app = fastify({ forceCloseConnections: true });
  await app.register(fastifyPlugin, {
    url: '/payments',
    handle: async (request) => new Response(await request.text()),
  });
  app.post('/other', async (request) => request.body);
  await using server = await listen(app);
  const init = { method: 'POST', body: '{ "a": 1 }', headers: { 'content-type': 'application/json' } };

  expect(await (await fetch(`${server.url}other`, init)).json()).toEqual({ a: 1 });
  expect(await (await fetch(`${server.url}payments`, init)).text()).toBe('{ "a": 1 }');
});

test('fastifyPlugin needs a handler', async () => {
  const app = fastify();

  await expect(app.register(fastifyPlugin, { url: '/', handle: undefined as never })).rejects.toThrow(TypeError);
});
