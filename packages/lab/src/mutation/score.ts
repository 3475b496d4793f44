import { isSampled } from './sample.ts';

/** The part of Stryker's report that the score needs (the mutation testing report schema). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  readonly id: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** The number of mutants, and the mutants that survived. */
export interface Score {
  /** The mutants that ran. */
  readonly mutants: number;
  /** The mutants that a test noticed, with those that ran out of time. */
  readonly killed: number;
  /**
   * The mutants that ran out of time, in a test or as a whole. They wait for something that never comes, or the machine
   * was busy.
   */
  readonly timedOut: number;
  /** The mutants that act only while a module loads. They did not run. */
  readonly notRun: number;
  readonly survivors: readonly string[];
}

/** The statuses of noticed mutants, including those that fail to load or never end. */
const NOTICED: ReadonlySet<string> = new Set(['Killed', 'Timeout', 'RuntimeError']);
/** The words of vitest for a test that takes too long. */
const OUT_OF_TIME = /^(?:Error: )?Test timed out in /;
const NOT_COUNTED: ReadonlySet<string> = new Set(['CompileError', 'Ignored', 'Pending']);

/** Computes the score of one report. */
export function scoreOf({ files }: MutationReport, percent: number): Score {
  const counted = Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants
      .filter(({ id, status }) => !NOT_COUNTED.has(status) && isSampled(id, percent))
      .map((mutant) => ({ path, source, mutant })),
  );
  const alive = counted.filter(({ mutant }) => !NOTICED.has(mutant.status));
  return {
    mutants: counted.length,
    killed: counted.length - alive.length,
    timedOut: counted.filter(({ mutant }) => mutant.status === 'Timeout' || OUT_OF_TIME.test(mutant.statusReason ?? ''))
      .length,
    notRun: Object.values(files).flatMap(({ mutants }) => mutants.filter(({ status }) => status === 'Ignored')).length,
    survivors: alive.map(({ path, source, mutant }) => describe(path, source, mutant)),
  };
}

/** Adds up scores. */
export function total(scores: readonly Score[]): Score {
  const sum = (of: (score: Score) => number) => scores.reduce((all, score) => all + of(score), 0);
  return {
    mutants: sum(({ mutants }) => mutants),
    killed: sum(({ killed }) => killed),
    timedOut: sum(({ timedOut }) => timedOut),
    notRun: sum(({ notRun }) => notRun),
    survivors: scores.flatMap(({ survivors }) => survivors),
  };
}

/**
 * Formats a score in one line: `97.3 % of 300 mutants, 2 of them by running out of time; 20 static ones did not run`.
 */
export function line({ mutants, killed, timedOut, notRun }: Score): string {
  const share = mutants === 0 ? 'none' : `${((100 * killed) / mutants).toFixed(1)} %`;
  return `${share} of ${mutants} mutants, ${timedOut} of them by running out of time; ${notRun} static ones did not run`;
}

function describe(path: string, source: string, { status, replacement = '', location }: Mutant): string {
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const original = lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join(' ');
  return `${path}:${start.line}:${start.column} ${status}: ${brief(original)} -> ${brief(replacement)}`;
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 70)}...` : line;
}
