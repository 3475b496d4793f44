import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MutationReport, type Score, scoreOf } from './score.ts';
import type { Target } from './targets.ts';

const STRYKER = 'node_modules/@stryker-mutator/core/bin/stryker.js';
const REPORT = 'reports/mutation.json';

/**
 * Mutates the sources of a target in a copy of the workspace, and returns which mutants its tests noticed.
 *
 * @param workspace - A copy of the workspace. Stryker changes its sources.
 * @throws {Error} If Stryker fails, for example because a test fails without a mutant.
 */
export async function runTarget(target: Target, workspace: string, concurrency: number): Promise<Score> {
  await writeFile(join(workspace, 'vitest.mutation.config.ts'), vitestConfig(target));
  await writeFile(join(workspace, 'stryker.config.json'), JSON.stringify(strykerConfig(target, concurrency)));
  const stryker = spawn(process.execPath, [STRYKER, 'run', 'stryker.config.json'], {
    cwd: workspace,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(stryker, 'exit');
  if (code !== 0) throw new Error(`Stryker ended with ${String(code)} for ${target.name}`);
  return scoreOf(JSON.parse(await readFile(join(workspace, REPORT), 'utf8')) as MutationReport);
}

function strykerConfig({ mutate }: Target, concurrency: number): object {
  return {
    plugins: ['@stryker-mutator/vitest-runner'],
    testRunner: 'vitest',
    // Worker threads do not take TZ from vi.stubEnv, so the tests of dates fail in them.
    vitest: { configFile: 'vitest.mutation.config.ts', related: true, pool: 'forks' },
    mutate,
    inPlace: true,
    coverageAnalysis: 'perTest',
    concurrency,
    timeoutMS: 4000,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: REPORT },
    // Type errors don't count as failed tests.
    disableTypeChecks: true,
  };
}

/** Excludes the laws. They draw new histories in each run, so the mutants that they notice differ from run to run. */
function vitestConfig({ tests }: Target): string {
  return `import base from './vitest.config.ts';
export default {
  ...base,
  // Stryker prints what matters; vitest would print every failed test of every mutant.
  test: { ...base.test, projects: undefined, reporters: [{}], include: ${JSON.stringify(tests)}, exclude: ['**/laws.test.ts', '**/node_modules/**'] },
};
`;
}
