import type { Report } from './report.ts';

/** The argument of the caller's `confirm` function after an operation in doubt. */
export interface ConfirmContext {
  /** The report so far, with method, URL, key and attempts. Its effect is `maybe-applied`. */
  readonly report: Report;
  /** Aborts when the caller gives up or the time is over. Pass it on to whatever looks. */
  readonly signal: AbortSignal;
}

/**
 * Checks whether an operation in doubt took effect, for example with a GET of the resource or a search for the key. If
 * it throws, the result is `unknown`.
 */
export type Confirm = (context: ConfirmContext) => Promise<Confirmation> | Confirmation;

/**
 * What the lookup showed. `not-applied` states that the server has ended the request without applying it. If the lookup
 * just doesn't find it, the result is `unknown`, because the server may still be working on the request.
 */
export type Confirmation = 'applied' | 'not-applied' | 'unknown';
