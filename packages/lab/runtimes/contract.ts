import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const LONGEST_MS = 300_000;
const SUITES = ['packages/clients/fetch', 'packages/clients/ky', 'packages/evidence'];

/** Runs the adapters' own suites, the contract among them, on another Node. Tells what went wrong, if anything did. */
export function runContract(node: string): string | undefined {
  const vitest = join(dirname(createRequire(join(ROOT, 'package.json')).resolve('vitest/package.json')), 'vitest.mjs');
  const { status, stdout, stderr } = spawnSync(node, [vitest, 'run', '--reporter=dot', ...SUITES], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
  return status === 0 ? undefined : `${stdout}\n${stderr}`.slice(-4000);
}
