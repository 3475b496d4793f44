import { mutantName, type Place } from './mutant-name.ts';
import { isSampled, NOT_SAMPLED } from './sample.ts';

/** The part of Stryker's report that the score needs (the mutation testing report schema). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  readonly id: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly replacement?: string;
  /** Whether it acts while a module loads, too. */
  readonly static?: boolean;
  readonly location: Place;
}

/** The number of mutants, and the mutants that survived. */
export interface Score {
  /** The mutants that ran and are not equivalent. */
  readonly mutants: number;
  /** The mutants that a test noticed, with those that ran out of time. */
  readonly killed: number;
  /**
   * The mutants that ran out of time, in a test or as a whole. They wait for something that never comes, or the machine
   * was busy.
   */
  readonly timedOut: number;
  /** The survivors that a reader found equivalent. They are not among the mutants. */
  readonly equivalent: number;
  /** The mutants that act only while a module loads. They did not run. */
  readonly notRun: number;
  readonly survivors: readonly string[];
}

/** The statuses of noticed mutants, including those that fail to load or never end. */
const NOTICED: ReadonlySet<string> = new Set(['Killed', 'Timeout', 'RuntimeError']);
/** The words of vitest for a test that takes too long. */
const OUT_OF_TIME = /^(?:Error: )?Test timed out in /;
const NOT_COUNTED: ReadonlySet<string> = new Set(['CompileError', 'Ignored', 'Pending']);
/** The reasons of mutants that did not run again, because an earlier run noticed them. */
export const NOTICED_BEFORE = { byTest: 'Noticed before', byTime: 'Test timed out in an earlier run' } as const;

/** Computes the score of one report. */
export function scoreOf({ files }: MutationReport, percent: number, equivalents: ReadonlySet<string>): Score {
  const all = Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants.map((mutant) => ({ path, source, mutant, name: nameIn(path, source, mutant) })),
  );
  const ran = all.filter(({ mutant: { id, status } }) => !NOT_COUNTED.has(status) && isSampled(id, percent));
  const alive = ran.filter(({ mutant }) => !NOTICED.has(mutant.status));
  const survivors = alive.filter(({ name }) => !equivalents.has(name));
  return {
    mutants: ran.length - alive.length + survivors.length,
    killed: ran.length - alive.length,
    timedOut: ran.filter(({ mutant }) => isOutOfTime(mutant)).length,
    equivalent: alive.length - survivors.length,
    notRun: all.filter(({ mutant }) => mutant.status === 'Ignored').length,
    survivors: survivors.map(({ mutant, name }) => `${mutant.location.start.line}: ${name}`),
  };
}

/** The names of the mutants that a report calls noticed, and whether each ran out of time. */
export function noticedIn({ files }: MutationReport): ReadonlyMap<string, boolean> {
  const noticed = new Map<string, boolean>();
  const alive = new Set<string>();
  for (const [path, { source, mutants }] of Object.entries(files))
    for (const mutant of mutants) {
      const name = nameIn(path, source, mutant);
      if (NOTICED.has(mutant.status) && mutant.statusReason !== NOT_SAMPLED) noticed.set(name, isOutOfTime(mutant));
      else alive.add(name);
    }
  for (const name of alive) noticed.delete(name);
  return noticed;
}

/** Adds up scores. */
export function total(scores: readonly Score[]): Score {
  const sum = (of: (score: Score) => number) => scores.reduce((all, score) => all + of(score), 0);
  return {
    mutants: sum(({ mutants }) => mutants),
    killed: sum(({ killed }) => killed),
    timedOut: sum(({ timedOut }) => timedOut),
    equivalent: sum(({ equivalent }) => equivalent),
    notRun: sum(({ notRun }) => notRun),
    survivors: scores.flatMap(({ survivors }) => survivors),
  };
}

/**
 * Formats a score in one line: `97.3 % of 300 mutants, 2 of them by running out of time; 5 equivalent; 20 static ones
 * did not run`.
 */
export function line({ mutants, killed, timedOut, equivalent, notRun }: Score): string {
  const share = mutants === 0 ? 'none' : `${((100 * killed) / mutants).toFixed(1)} %`;
  const time = `${timedOut} of them by running out of time`;
  return `${share} of ${mutants} mutants, ${time}; ${equivalent} equivalent; ${notRun} static ones did not run`;
}

/** The names of the mutants that act while a module loads. */
export function loadedIn({ files }: MutationReport): readonly string[] {
  return Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants.filter((mutant) => mutant.static).map((mutant) => nameIn(path, source, mutant)),
  );
}

function nameIn(path: string, source: string, { location, replacement = '' }: Mutant): string {
  return mutantName(path, source, location, replacement);
}

function isOutOfTime({ status, statusReason = '' }: Mutant): boolean {
  return status === 'Timeout' || OUT_OF_TIME.test(statusReason);
}
