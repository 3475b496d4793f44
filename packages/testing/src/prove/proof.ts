import type { FaultName } from '../faults/fault.ts';
import type { Claim, Verdict } from './verdict.ts';

/** One run: a fault on an attempt, what reached the server, what took effect, and what the function claimed. */
export interface ProofRow {
  readonly fault: FaultName;
  /** The attempt on which the fault was played, counted from 1. */
  readonly attempt: number;
  /** Requests that reached the server, redirects and a proxy's duplicates included. */
  readonly arrivals: number;
  /** Effects in the ledger. */
  readonly effects: number;
  readonly claim: Claim;
  readonly verdict: Verdict;
  /** What the function was rejected with, or undefined. */
  readonly error: unknown;
}

/** What `provesSafe` found. */
export interface Proof {
  /** Whether every run was safe. */
  readonly safe: boolean;
  readonly rows: readonly ProofRow[];
  /** The rows that make the function unsafe: DOUBLED, LIED, HUNG, and what `strict` and `duplicates` add. */
  readonly bad: readonly ProofRow[];
  /** The table and a summary, for people. */
  toString(): string;
}

/** Which verdicts besides DOUBLED, LIED and HUNG are bad. */
export interface Severity {
  readonly strict: boolean;
  readonly duplicates: boolean;
}

/** Sums up the rows of a proof. */
export function proofOf(rows: readonly ProofRow[], { strict, duplicates }: Severity): Proof {
  const isBad = ({ verdict }: ProofRow): boolean =>
    verdict === 'DOUBLED' ||
    verdict === 'LIED' ||
    verdict === 'HUNG' ||
    (strict && verdict === 'misled') ||
    (duplicates && verdict === 'needs key');
  const bad = rows.filter(isBad);
  return { safe: bad.length === 0, rows, bad, toString: () => `${table(rows)}\n\n${summary(rows, bad)}` };
}

/** One sentence: how many runs were not safe, and which. */
export function summary(rows: readonly ProofRow[], bad: readonly ProofRow[]): string {
  if (bad.length === 0) return `All ${rows.length} runs were safe.`;
  return `${bad.length} of ${rows.length} runs were not safe:\n${bad.map((row) => `  ${describeRow(row)}`).join('\n')}`;
}

/** For example `resetAfter, attempt 1: DOUBLED (arrivals 2, effects 2, said done)`. */
export function describeRow({ fault, attempt, verdict, arrivals, effects, claim }: ProofRow): string {
  return `${fault}, attempt ${attempt}: ${verdict} (arrivals ${arrivals}, effects ${effects}, said ${claim})`;
}

const COLUMNS = ['fault', 'attempt', 'arrivals', 'effects', 'claim', 'verdict'] as const;

function table(rows: readonly ProofRow[]): string {
  const lines = [[...COLUMNS], ...rows.map((row) => COLUMNS.map((column) => String(row[column])))];
  const widths = COLUMNS.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
