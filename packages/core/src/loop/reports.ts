import type { Report } from '../model/report.ts';

/** Whatever can tell its report. */
export interface Reporter {
  report(): Report;
}

const reporters = new WeakMap<object, Reporter>();

/** Remembers what an operation ended with, for as long as that lives. */
export function rememberReport(settled: unknown, reporter: Reporter): void {
  if (typeof settled === 'object' && settled !== null) reporters.set(settled, reporter);
}

/**
 * What became of the operation that ended with this response or error.
 *
 * One object can be the end of several operations, such as one abort reason for many: then it is the last one's report. `onEvent`
 * gives every operation its own.
 *
 * @returns undefined if no wrapped client gave it out.
 */
export function reportOf(settled: unknown): Report | undefined {
  return typeof settled === 'object' && settled !== null ? reporters.get(settled)?.report() : undefined;
}
