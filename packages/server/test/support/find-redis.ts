import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort } from '@twicesafe/testing';
import { findProgram } from './find-program.ts';
import { findService, type Service } from './find-service.ts';
import { startServer, stopServer } from './private-server.ts';

/** A Redis or Valkey server. */
export function findRedis(): Promise<Service | undefined> {
  return findService({
    name: 'Redis',
    variable: 'REDIS_URL',
    standard: 'redis://127.0.0.1:6379',
    debianPackage: 'redis-server',
    start: startRedis,
  });
}

/** A Redis server of our own, which keeps nothing. Undefined if it is not installed. */
export async function startRedis(): Promise<(Service & { readonly kill: () => Promise<void> }) | undefined> {
  const file = (await findProgram('redis-server')) ?? (await findProgram('valkey-server'));
  if (file === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'twicesafe-redis-'));
  const port = await closedPort();
  const url = `redis://127.0.0.1:${port}`;
  const parameters = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  const child = await startServer({ file, parameters, url });
  return {
    url,
    kill: () => stopServer(child, 'SIGKILL'),
    async [Symbol.asyncDispose]() {
      await stopServer(child, 'SIGTERM');
      await rm(directory, { recursive: true });
    },
  };
}
