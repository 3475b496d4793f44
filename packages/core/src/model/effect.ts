/** What can be said at the end about the server's state. */
export type Effect = 'applied' | 'not-applied' | 'maybe-applied';

/**
 * Why the effect is what it is. Append-only.
 *
 * - `safe-method`: the caller asked for no change (RFC 9110 section 9.2.1), so none can be in doubt.
 * - `success-response`: the server answered with 2xx.
 * - `nothing-processed`: every attempt was `never-sent` or `refused`.
 * - `refusal-response`: the server refused (4xx), and nothing before left a doubt.
 * - `outcome-unknown`: an attempt ended without an answer, and may have been processed.
 * - `server-error`: a 5xx says nothing about how far the server, or the one behind it, came.
 * - `unclear-response`: any other status (a redirect, 408 or 429, an opaque response) proves neither.
 * - `confirmed`: the caller's `confirm` looked, and knows.
 * - `probably-ours-gone`: 404 or 410 on DELETE after an attempt in doubt.
 * - `probably-ours-precondition`: 412 on a conditional request after an attempt in doubt (RFC 9110 section 13.1.1).
 * - `probably-ours-conflict`: 409 after an attempt in doubt: what we create may be there already.
 */
export type EffectReason =
  | 'safe-method'
  | 'success-response'
  | 'nothing-processed'
  | 'refusal-response'
  | 'outcome-unknown'
  | 'server-error'
  | 'unclear-response'
  | 'confirmed'
  | 'probably-ours-gone'
  | 'probably-ours-precondition'
  | 'probably-ours-conflict';

/** An effect with its reason. */
export interface EffectFinding {
  readonly effect: Effect;
  readonly reason: EffectReason;
}
