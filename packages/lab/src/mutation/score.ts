/** The part of Stryker's report that the score needs (the mutation testing report schema). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** The number of mutants, and the mutants that survived. */
export interface Score {
  readonly mutants: number;
  readonly killed: number;
  readonly survivors: readonly string[];
}

/** The statuses of noticed mutants, including those that fail to load or never end. */
const NOTICED: ReadonlySet<string> = new Set(['Killed', 'Timeout', 'RuntimeError']);
const NOT_COUNTED: ReadonlySet<string> = new Set(['CompileError', 'Ignored', 'Pending']);

/** Computes the score of one report. */
export function scoreOf({ files }: MutationReport): Score {
  const counted = Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants.filter(({ status }) => !NOT_COUNTED.has(status)).map((mutant) => ({ path, source, mutant })),
  );
  const alive = counted.filter(({ mutant }) => !NOTICED.has(mutant.status));
  return {
    mutants: counted.length,
    killed: counted.length - alive.length,
    survivors: alive.map(({ path, source, mutant }) => describe(path, source, mutant)),
  };
}

/** Adds up scores. */
export function total(scores: readonly Score[]): Score {
  return {
    mutants: scores.reduce((sum, { mutants }) => sum + mutants, 0),
    killed: scores.reduce((sum, { killed }) => sum + killed, 0),
    survivors: scores.flatMap(({ survivors }) => survivors),
  };
}

/** Formats the share of mutants that a test noticed, such as `97.3 %`. */
export function percentage({ mutants, killed }: Score): string {
  return mutants === 0 ? 'no mutants' : `${((100 * killed) / mutants).toFixed(1)} %`;
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
