import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equivalentsOf } from './equivalents.ts';
import { writeRunFile } from './run-file.ts';
import { loadedIn, type MutationReport, noticedIn, type Score, scoreOf } from './score.ts';
import type { Target } from './targets.ts';
import { vitestConfig } from './vitest-config.ts';

const STRYKER = 'node_modules/@stryker-mutator/core/bin/stryker.js';
const REPORT = 'reports/mutation.json';

/** How to run a target. */
export interface Run {
  readonly concurrency: number;
  /** How many of the mutants run, chosen at random but always the same. */
  readonly percent: number;
  /** Whether mutants that act while a module loads run too. Each of them meets every test. */
  readonly withStatic: boolean;
  /**
   * Whether mutants that the last report calls noticed are taken for noticed again, and only the others run. They meet
   * the long contract of clients too.
   */
  readonly again: boolean;
  /** The folder that gets Stryker's report, and the survivors as they are found. */
  readonly reports: string;
}

/**
 * Mutates the sources of a target in a copy of the workspace, and returns which mutants its tests noticed.
 *
 * @param workspace - A copy of the workspace. Stryker changes its sources.
 * @throws {Error} If Stryker fails, for example because a test fails without a mutant.
 */
export async function runTarget(target: Target, workspace: string, run: Run): Promise<Score> {
  const report = join(run.reports, `${target.name.replace('/', '-')}.json`);
  const survivors = report.replace('.json', '.survivors.txt');
  await mkdir(run.reports, { recursive: true });
  await rm(survivors, { force: true });
  const earlier = run.again && existsSync(report) ? parse(readFileSync(report, 'utf8')) : { files: {} };
  const paths = globSync([...target.mutate], { cwd: workspace });
  writeRunFile(workspace, {
    percent: run.percent,
    again: run.again,
    noticed: [...noticedIn(earlier)],
    loaded: loadedIn(earlier),
    sources: Object.fromEntries(paths.map((path) => [path, readFileSync(join(workspace, path), 'utf8')])),
    survivors,
  });
  await writeFile(join(workspace, 'vitest.mutation.config.ts'), vitestConfig(target, run.again));
  await writeFile(join(workspace, 'stryker.config.json'), JSON.stringify(strykerConfig(target, run)));
  const stryker = spawn(process.execPath, [STRYKER, 'run', 'stryker.config.json'], {
    cwd: workspace,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(stryker, 'exit');
  if (code !== 0) throw new Error(`Stryker ended with ${String(code)} for ${target.name}`);
  const found = await readFile(join(workspace, REPORT), 'utf8');
  await writeFile(report, found);
  return scoreOf(parse(found), run.percent, equivalentsOf(target.name));
}

function parse(report: string): MutationReport {
  return JSON.parse(report) as MutationReport;
}

function strykerConfig({ mutate }: Target, { concurrency, withStatic }: Run): object {
  return {
    plugins: ['@stryker-mutator/vitest-runner', './packages/lab/src/mutation/stryker-plugin.ts'],
    testRunner: 'kept-vitest',
    // Worker threads do not take TZ from vi.stubEnv, so the tests of dates fail in them.
    vitest: { configFile: 'vitest.mutation.config.ts', related: false, pool: 'forks' },
    mutate,
    inPlace: true,
    coverageAnalysis: 'perTest',
    concurrency,
    // Long, so that a busy machine isn't taken for a mutant that never ends.
    timeoutMS: 60_000,
    dryRunTimeoutMinutes: 30,
    ignoreStatic: !withStatic,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: REPORT },
    // vitest checks no types, and a comment at the top of each file would fail the tests that read sources.
    disableTypeChecks: false,
  };
}
