import { describeRow } from './proof.ts';
import type { ProvedRun } from './prove-run.ts';
import { TestingError } from './testing-error.ts';
import type { Verdict } from './verdict.ts';

/** Without a fault, these don't concern the function's safety. Something else is wrong. */
const NO_VERDICT: ReadonlySet<Verdict> = new Set(['HUNG', 'misled', 'lost', 'in doubt', 'not reached']);

/**
 * Checks the run without a fault.
 *
 * @throws TestingError `client-never-came` or `control-failed`.
 */
export function checkControl({ row, url, came }: ProvedRun): void {
  if (!came) {
    throw new TestingError(
      'client-never-came',
      `no request reached ${url}: pass the URL that the function is given on to its client`,
      { cause: row.error },
    );
  }
  if (!NO_VERDICT.has(row.verdict)) return;
  throw new TestingError(
    'control-failed',
    `without a fault the function is not ok either: ${describeRow(row)}. It fails by itself (see the cause), ` +
      'or this machine is too slow for its time limits',
    { cause: row.error },
  );
}

/**
 * Checks that the run without a fault is still ok after all others.
 *
 * @throws TestingError `machine-too-slow`.
 */
export function checkMachine(before: ProvedRun, { row }: ProvedRun): void {
  if (row.verdict === before.row.verdict) return;
  throw new TestingError(
    'machine-too-slow',
    `the run without a fault was ${before.row.verdict} at first and ${row.verdict} later, so this machine is too slow for the ` +
      "function's time limits: lower concurrency, raise the limits, or use time: 'virtual'",
    { cause: row.error },
  );
}
