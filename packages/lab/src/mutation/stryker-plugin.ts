import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strykerPlugins as ofVitest } from '@stryker-mutator/vitest-runner';
import type { PoolOptions } from 'vitest/node';
import { endKept, isUsed, KEPT, KeptWorker } from './kept-worker.ts';
import { mutantName, type Place } from './mutant-name.ts';
import { readRunFile } from './run-file.ts';
import { isSampled, NOT_SAMPLED } from './sample.ts';
import { NOTICED_BEFORE } from './score.ts';

/** The part of Stryker's runner for vitest that the kept process needs. */
interface Runner {
  readonly ctx: {
    provide(key: string, value: unknown): void;
    readonly projects: readonly { readonly config: Record<string, unknown> }[];
  };
  capabilities(): unknown;
  init(): Promise<void>;
  dryRun(options: unknown): Promise<unknown>;
  mutantRun(options: MutantRun): Promise<Result>;
  dispose(): Promise<void>;
}

interface MutantRun {
  readonly activeMutant: {
    readonly id: string;
    readonly fileName: string;
    /** Counted from 0. */
    readonly location: Place;
    readonly replacement: string;
  };
  readonly testFilter?: readonly string[];
  readonly mutantActivation?: 'runtime' | 'static';
}

interface Result {
  readonly status: string;
  readonly killedBy?: readonly string[] | string;
  readonly errorMessage?: string;
  readonly nrOfTests?: number;
}

const FRESH_MODULES = fileURLToPath(new URL('fresh-modules.ts', import.meta.url));

/**
 * Runs each mutant in a process that is kept. A test that fails there counts only if it passes without the mutant in
 * that same process. When survivors run again, each has a process of its own, and meets the contract of clients too.
 */
function keptVitest(inner: Runner): Runner {
  let run = 0;
  const { percent, again, noticed, loaded, sources, survivors } = readRunFile();
  const before = new Map(noticed);
  const actsAtLoad = new Set(loaded);
  const nameOf = ({ activeMutant: { fileName, location, replacement } }: MutantRun) => {
    const path = relative(process.cwd(), fileName);
    return mutantName(path, sources[path] ?? '', fromOne(location), replacement);
  };
  const next = () => {
    run += 1;
    inner.ctx.provide('run', run);
  };
  const attempt = (options: MutantRun) => {
    next();
    return inner.mutantRun(options);
  };
  /** Whether the test that noticed a mutant passes without it. */
  const passesWithout = async (options: MutantRun, { killedBy }: Result) => {
    const without = await attempt({
      ...options,
      activeMutant: { ...options.activeMutant, id: 'none' },
      ...(killedBy && { testFilter: [killedBy].flat() }),
    });
    return without.status === 'survived';
  };
  /** A machine that is busy may fail a test too. What the mutant left behind must not. */
  const afresh = async (options: MutantRun): Promise<Result> => {
    await endKept();
    const result = await attempt(options);
    if (result.status !== 'killed') return result;
    await endKept();
    if (await passesWithout(options, result)) return result;
    return { status: 'survived', nrOfTests: 1 };
  };
  /**
   * What happens while a module loads is Stryker's only for a static mutant. What happens once in a process, such as a
   * subscription, happened without the mutant, and was met by one test only.
   */
  const survives = async (options: MutantRun) => {
    const result = await afresh(options);
    if (result.status !== 'survived') return result;
    const { testFilter, ...all } = options;
    if (actsAtLoad.has(nameOf(options))) return afresh({ ...all, mutantActivation: 'static' });
    return testFilter?.length === 1 ? afresh(all) : result;
  };
  const judge = async (options: MutantRun) => {
    const used = isUsed();
    const result = await attempt(options);
    if (result.status === 'survived') return again ? survives(options) : result;
    if (!used || (await passesWithout(options, result))) return result;
    // The process was disturbed, by this mutant or by an earlier one.
    return afresh(options);
  };
  return {
    ctx: inner.ctx,
    capabilities: () => inner.capabilities(),
    async init() {
      await inner.init();
      for (const { config } of inner.ctx.projects) {
        config.pool = KEPT;
        config.poolRunner = {
          name: KEPT,
          createPoolWorker: (options: PoolOptions) => new KeptWorker(options),
        };
        config.setupFiles = [...(config.setupFiles as string[]), FRESH_MODULES];
      }
    },
    dryRun(options) {
      next();
      return inner.dryRun(options);
    },
    async mutantRun(options) {
      if (!isSampled(options.activeMutant.id, percent)) return { status: 'error', errorMessage: NOT_SAMPLED };
      const name = nameOf(options);
      const outOfTime = before.get(name);
      if (outOfTime !== undefined)
        return { status: 'error', errorMessage: outOfTime ? NOTICED_BEFORE.byTime : NOTICED_BEFORE.byTest };
      const result = await judge(options);
      const { line } = options.activeMutant.location.start;
      if (result.status === 'survived') appendFileSync(survivors, `${line + 1}: ${name}\n`);
      return result;
    },
    async dispose() {
      await endKept();
      await inner.dispose();
    },
  };
}

function fromOne({ start, end }: Place): Place {
  return {
    start: { line: start.line + 1, column: start.column + 1 },
    end: { line: end.line + 1, column: end.column + 1 },
  };
}

const factory = Object.assign(
  (injector: { injectFunction(of: unknown): Runner }) => keptVitest(injector.injectFunction(ofVitest[0]?.factory)),
  { inject: ['$injector'] },
);

/** The name that a plugin of Stryker is looked up by. */
export const strykerPlugins: readonly object[] = [{ kind: 'TestRunner', name: 'kept-vitest', factory }];
