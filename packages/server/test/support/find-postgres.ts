import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { closedPort } from '@twicesafe/testing';
import { findProgram } from './find-program.ts';
import { findService, type Service } from './find-service.ts';
import { startServer, stopServer } from './private-server.ts';

const run = promisify(execFile);

/** A Postgres server. */
export function findPostgres(): Promise<Service | undefined> {
  return findService({
    name: 'Postgres',
    variable: 'DATABASE_URL',
    standard: 'postgres://postgres@127.0.0.1:5432/postgres',
    debianPackage: 'postgresql',
    start: startPostgres,
  });
}

/** A Postgres server of our own in a temporary directory. Undefined if it is not installed. */
export async function startPostgres(): Promise<(Service & { readonly kill: () => Promise<void> }) | undefined> {
  const [initdb, file] = [await findProgram('initdb'), await findProgram('postgres')];
  if (initdb === undefined || file === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'twicesafe-postgres-'));
  const identity = await identityOfPostgres();
  if (identity) await chown(directory, identity.uid, identity.gid);
  const options = ['--pgdata', directory, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8'];
  await run(initdb, [...options, '--no-sync'], { cwd: '/', ...identity });

  const port = await closedPort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`];
  const parameters = ['-D', directory, ...settings.flatMap((setting) => ['-c', setting])];
  const child = await startServer({ file, parameters, url, ...(identity && { identity }) });
  return {
    url,
    kill: () => stopServer(child, 'SIGKILL'),
    async [Symbol.asyncDispose]() {
      await stopServer(child, 'SIGINT'); // fast shutdown: connections are cut
      await rm(directory, { recursive: true });
    },
  };
}

/** Postgres refuses to run as root, and Debian has a user for it. */
async function identityOfPostgres(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const ask = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await ask('-u'), gid: await ask('-g') };
}
