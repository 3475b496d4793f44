import { closedPort, serve } from '@twicesafe/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findService, type Service, type ServicePlan } from './support/find-service.ts';

const log = vi.spyOn(console, 'warn').mockReturnValue();
beforeEach(() => vi.stubEnv('TWICESAFE_SERVICES', undefined));
afterEach(() => {
  vi.unstubAllEnvs();
  log.mockClear();
});

async function planOf(own: Partial<ServicePlan> = {}): Promise<ServicePlan> {
  const silent = `redis://127.0.0.1:${await closedPort()}`;
  const start = async (): Promise<undefined> => undefined;
  return { name: 'Redis', variable: 'SOME_URL', standard: silent, debianPackage: 'redis-server', start, ...own };
}

test('a server at the standard port is used', async () => {
  await using server = await serve(() => {});

  expect((await findService(await planOf({ standard: server.url })))?.url).toBe(server.url);
});

test('a server that the environment names comes before that', async () => {
  await using server = await serve(() => {});
  vi.stubEnv('SOME_URL', server.url);

  expect((await findService(await planOf()))?.url).toBe(server.url);
});

test('a private server is started where none answers', async () => {
  const started: Service = { url: 'redis://127.0.0.1:1', async [Symbol.asyncDispose]() {} };

  expect(await findService(await planOf({ start: async () => started }))).toBe(started);
});

test('without a server, one line names the skipped tests and the remedy', async () => {
  expect(await findService(await planOf())).toBeUndefined();
  expect(log.mock.calls).toEqual([
    ["Not run: the tests of Redis. To run them, start Redis, set SOME_URL, or install Debian's redis-server."],
  ]);
});

test('without any, it is an error where all servers are required', async () => {
  vi.stubEnv('TWICESAFE_SERVICES', 'required');

  await expect(findService(await planOf())).rejects.toThrow('no Redis server answers');
});

test('a named server that is silent is an error', async () => {
  const plan = await planOf();
  vi.stubEnv('SOME_URL', plan.standard);

  await expect(findService(plan)).rejects.toThrow('SOME_URL names a Redis server that does not answer');
});
