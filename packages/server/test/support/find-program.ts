import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The path of a program, on PATH or where Debian keeps it. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const directory of [...(await debianPostgres()), ...(process.env.PATH ?? '').split(delimiter)]) {
    const file = join(directory, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Debian keeps the programs of each Postgres version in a directory of their own, the newest last. */
async function debianPostgres(): Promise<readonly string[]> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  return versions.sort((one, other) => Number(other) - Number(one)).map((version) => join(root, version, 'bin'));
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
