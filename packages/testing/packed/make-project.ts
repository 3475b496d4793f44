import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Versions = Readonly<Record<string, string>>;

/** Copies one of the folders beside this file, and installs the packed packages and others there. */
export function makeProject(folder: string, name: string, packed: Versions, others: Versions): string {
  const project = join(folder, name);
  cpSync(join(import.meta.dirname, name), project, { recursive: true });
  const dependencies = { ...packed, ...others };
  // The packages know each other by version, and these versions are on no registry yet.
  const manifest = { private: true, type: 'module', dependencies, overrides: packed };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, undefined, 2));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], project);
  return project;
}

export function run(command: string, parameters: readonly string[], cwd: string): void {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
  execFileSync(command, parameters, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
}
