import type { Claim } from './verdict.ts';

/** How a function settled. */
export type Settled = PromiseSettledResult<unknown>;

/** The part of a twicesafe report that a claim is made of. */
interface ReportLike {
  readonly effect: string;
}

/** Returns the report of a response or error, or undefined. */
export type ReportOf = (settled: unknown) => ReportLike | undefined;

const CLAIMS: ReadonlySet<unknown> = new Set(['done', 'failed', 'unknown']);

/**
 * What a function claims by the way it settles.
 *
 * A member `claim` on the value or error decides. If twicesafe reports that the request may have taken effect, the
 * claim is `unknown`. Otherwise a rejection and a response that is not ok are `failed`, and everything else is `done`.
 */
export function claimOf(settled: Settled, reportOf: ReportOf): Claim {
  const value: unknown = settled.status === 'fulfilled' ? settled.value : settled.reason;
  const spoken = member(value, 'claim');
  if (CLAIMS.has(spoken)) return spoken as Claim;
  if (reportOf(value)?.effect === 'maybe-applied') return 'unknown';
  return settled.status === 'rejected' || isRefusal(value) ? 'failed' : 'done';
}

/** Whether a value is a response, of any client, that is not a success. */
function isRefusal(value: unknown): boolean {
  const ok = member(value, 'ok');
  if (typeof ok === 'boolean') return !ok;
  const status = member(value, 'status') ?? member(value, 'statusCode');
  // Other numbers are none of HTTP's.
  return typeof status === 'number' && status >= 100 && status <= 599 && Math.floor(status / 100) !== 2;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A variable, so that this package builds and runs without twicesafe. */
const CORE = '@twicesafe/core';

/**
 * twicesafe's own `reportOf` if it is installed, so that wrapped clients work without configuration. This package
 * judges by what reached the origin; it asks the report only for what the client says about itself.
 */
export async function findReportOf(): Promise<ReportOf> {
  try {
    const { reportOf } = await import(CORE);
    return reportOf as ReportOf;
  } catch {
    return () => undefined;
  }
}
