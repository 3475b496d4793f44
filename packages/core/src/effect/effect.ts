import { methodSemantics } from '../decision/methods.ts';
import type { Outcome, ResponseOutcome } from '../decision/outcome.ts';
import type { ProtocolAnswer } from '../decision/protocol.ts';
import type { RepeatContext } from '../decision/retry-context.ts';
import { asksForNoChange } from '../decision/semantics.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { Attempt } from './attempt.ts';

/** What can be said at the end about the server's state. */
export type Effect = 'applied' | 'not-applied' | 'maybe-applied';

/**
 * Why the effect is what it is. Append-only.
 *
 * - `safe-method`: the caller only asked to read (RFC 9110 section 9.2.1).
 * - `protocol-safe`: a protocol found that the request only reads.
 * - `success-response`: the server answered with 2xx.
 * - `nothing-processed`: every attempt, if there was one, was `never-sent` or `refused`.
 * - `refusal-response`: the server refused (4xx), and every earlier attempt is certain.
 * - `outcome-unknown`: an attempt ended without a response and may have been processed.
 * - `server-error`: a 5xx doesn't show how far the server, or the one behind it, came.
 * - `unclear-response`: any other status (a redirect, 408 or 429, an opaque response), or an error in the body, leaves
 *   it open.
 * - `redirected-response`: the response answers the request that a redirect led to, not the one that was sent first.
 * - `unseen-copies`: something between this client and the runtime may have sent other copies than the one that was
 *   refused, or only copies that were not answered with this success.
 * - `earlier-run`: an earlier run of this request ended in doubt (`retry.earlier`).
 * - `confirmed`: the caller's `confirm` function checked it.
 * - `probably-ours-gone`: 404 or 410 on DELETE after an attempt in doubt.
 * - `probably-ours-precondition`: 412 on a conditional request after an attempt in doubt (RFC 9110 section 13.1.1).
 * - `probably-ours-conflict`: 409 after an attempt in doubt. An earlier attempt may have created it.
 */
export type EffectReason =
  | 'safe-method'
  | 'protocol-safe'
  | 'success-response'
  | 'nothing-processed'
  | 'refusal-response'
  | 'outcome-unknown'
  | 'server-error'
  | 'unclear-response'
  | 'redirected-response'
  | 'unseen-copies'
  | 'earlier-run'
  | 'confirmed'
  | 'probably-ours-gone'
  | 'probably-ours-precondition'
  | 'probably-ours-conflict';

/** An effect with its reason. */
export interface EffectFinding {
  readonly effect: Effect;
  readonly reason: EffectReason;
}

/** The facts that determine the effect of an operation. */
export interface EffectEvidence extends RepeatContext {
  readonly attempts: readonly Pick<Attempt, 'outcome' | 'delivery'>[];
  /** Whether an earlier run of this request may have been processed. */
  readonly earlierDoubt?: boolean;
}

/**
 * Derives the effect of an operation on the server. The result is `applied` or `not-applied` only if the responses are
 * conclusive. One attempt in doubt makes every later refusal doubtful too.
 */
export function effectOf(evidence: EffectEvidence): EffectFinding {
  const { traits, attempts, rule, key, earlierDoubt = false } = evidence;
  const tryAgain = [...(rule?.transientStatuses ?? []), ...(key?.scheme.inFlightStatuses ?? [])];

  if (asksForNoChange(evidence))
    return { effect: 'not-applied', reason: rule?.semantics ? 'protocol-safe' : 'safe-method' };

  const findings = attempts.map((attempt) => findingOf(attempt, traits, tryAgain));
  const last = findings.at(-1);
  if (last === 'success-response') return { effect: 'applied', reason: last };

  const earlier = earlierDoubt ? 'earlier-run' : undefined;
  const doubt = findings.findLast(leavesDoubt) ?? earlier;
  if (doubt !== undefined) {
    const doubtful = findings.slice(0, -1).findLast(leavesDoubt) ?? earlier;
    const ours = doubtful && probablyOurs(traits, attempts.at(-1)?.outcome, last);
    return { effect: 'maybe-applied', reason: ours ?? doubt };
  }
  const refused = findings.includes('refusal-response');
  return { effect: 'not-applied', reason: refused ? 'refusal-response' : 'nothing-processed' };
}

/** The findings about a response that refuses the copy that it answers. */
const REFUSALS: ReadonlySet<EffectReason | undefined> = /* @__PURE__ */ new Set([
  'refusal-response',
  'unseen-copies',
] as const);

function findingOf(
  { outcome, delivery }: EffectEvidence['attempts'][number],
  { method }: RequestTraits,
  tryAgain: readonly number[],
): EffectReason {
  if (delivery === 'never-sent' || delivery === 'refused') return 'nothing-processed';
  if (outcome.type === 'failure') return 'outcome-unknown';
  const { status, hop, answer } = outcome;
  // A redirect's target refuses itself. Only a success of the same request counts, and a GET stays one after a 303.
  const success = answer ? answer.verdict === 'success' : status >= 200 && status < 300;
  if (hop && !(hop.sameMethod && success && !methodSemantics(method).safe)) return 'redirected-response';
  if (answer && !success && isUnclear(status, answer)) return 'unclear-response';
  if (tryAgain.includes(status)) return 'unclear-response';
  if (!success) return errorFinding(outcome);
  return outcome.unseenCopies === true ? 'unseen-copies' : 'success-response';
}

/**
 * An error in a 2xx may have come after a part of the work, and one that goes away by itself may be about an earlier
 * attempt.
 */
function isUnclear(status: number, { verdict }: ProtocolAnswer): boolean {
  return status < 400 || verdict === 'transient';
}

function errorFinding({ status, unseenCopies }: ResponseOutcome): EffectReason {
  if (status >= 500) return 'server-error';
  // Gateways send 408 and 429 too, after they passed the request on (RFC 9110 section 15.5.9, RFC 6585 section 4).
  if (status < 400 || status === 408 || status === 429) return 'unclear-response';
  return unseenCopies ? 'unseen-copies' : 'refusal-response';
}

/** A success that was not the end (a 200 that means "slow down") leaves a doubt like any other. */
function leavesDoubt(reason: EffectReason): boolean {
  return reason !== 'nothing-processed' && reason !== 'refusal-response';
}

/** The refusals that a request gets when it meets its own success (RFC 9110 sections 9.3.5, 13.1.1, 15.5.10). */
function probablyOurs(
  { method, headers }: RequestTraits,
  outcome: Outcome | undefined,
  finding: EffectReason | undefined,
): EffectReason | undefined {
  if (outcome?.type !== 'response' || !REFUSALS.has(finding)) return undefined;
  const { status } = outcome;
  if (method === 'DELETE' && (status === 404 || status === 410)) return 'probably-ours-gone';
  const conditional = headers.get('if-match') !== null || headers.get('if-none-match') !== null;
  if (status === 412 && conditional) return 'probably-ours-precondition';
  return status === 409 && (method === 'POST' || method === 'PUT') ? 'probably-ours-conflict' : undefined;
}
