import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
/** A time limit that only a hang exceeds. An idle machine needs two minutes. */
const LONGEST_MS = 1_200_000;
const SUITES = ['packages/clients/fetch', 'packages/clients/ky', 'packages/evidence'];

/** Runs the adapters' own suites, including the contract, on another Node version. Returns the failure, if any. */
export function runContract(node: string): string | undefined {
  const vitest = join(dirname(createRequire(join(ROOT, 'package.json')).resolve('vitest/package.json')), 'vitest.mjs');
  const { status, signal, stdout, stderr } = spawnSync(node, [vitest, 'run', '--reporter=dot', ...SUITES], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
  if (status === 0) return undefined;
  const ended = signal ? `Ended by ${signal} after at most ${LONGEST_MS / 1000} s.\n` : '';
  return `${ended}${`${stdout}\n${stderr}`.slice(-4000)}`;
}
