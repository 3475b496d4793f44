import type { Report } from './report.ts';

/** What the caller is told when an operation ended in doubt. */
export interface ConfirmContext {
  /** What is known: method, URL, key, attempts. Its effect is `maybe-applied`. */
  readonly report: Report;
  /** Aborted when nobody waits any longer: the caller gave up, or the time is over. Pass it on to whatever looks. */
  readonly signal: AbortSignal;
}

/**
 * Looks whether an operation in doubt took effect: by a GET of the resource, or a search for the key. What it throws counts as
 * `unknown`.
 */
export type Confirm = (context: ConfirmContext) => Promise<Confirmation> | Confirmation;

/** What looking showed. */
export type Confirmation = 'applied' | 'not-applied' | 'unknown';
