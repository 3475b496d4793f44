import { methodSemantics } from '../decision/methods.ts';
import { ruleFor } from '../decision/rules.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { IdempotencyKey } from '../keys/scheme.ts';
import type { Settings } from '../options/settings.ts';
import type { Attempt } from './attempt.ts';

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

/** What the effect of an operation is judged by. */
export interface EffectEvidence {
  readonly traits: RequestTraits;
  readonly attempts: readonly Pick<Attempt, 'outcome' | 'delivery'>[];
  readonly idempotent: boolean | undefined;
  readonly key: IdempotencyKey | undefined;
}

/**
 * What can be said of the server's state at the end of an operation. It says `applied` or `not-applied` only where what
 * came back leaves no doubt; one attempt in doubt makes every later refusal doubtful too.
 */
export function effectOf(evidence: EffectEvidence, settings: Pick<Settings, 'rules'>): EffectFinding {
  const { traits, attempts, idempotent } = evidence;
  const rule = ruleFor(traits, settings.rules);
  const tryAgain = [...(rule?.transientStatuses ?? []), ...(evidence.key?.scheme.inFlightStatuses ?? [])];

  // Who declares that a GET must not be repeated knows of an effect that the method does not tell.
  const declaredUnsafe = idempotent === false || (idempotent === undefined && rule?.repeat === 'never');
  if (methodSemantics(traits.method).safe && !declaredUnsafe) return { effect: 'not-applied', reason: 'safe-method' };

  const findings = attempts.map((attempt) => findingOf(attempt, tryAgain));
  const last = findings.at(-1);
  if (last === 'success-response') return { effect: 'applied', reason: last };

  const doubt = findings.findLast(leavesDoubt);
  if (doubt !== undefined) {
    const end = attempts.at(-1)?.outcome;
    const ours = end?.type === 'response' && last === 'refusal-response' && probablyOurs(traits, end.status);
    return { effect: 'maybe-applied', reason: ours || doubt };
  }
  const refused = findings.includes('refusal-response');
  return { effect: 'not-applied', reason: refused ? 'refusal-response' : 'nothing-processed' };
}

type Ending = EffectEvidence['attempts'][number];

function findingOf({ outcome, delivery }: Ending, tryAgain: readonly number[]): EffectReason {
  if (delivery === 'never-sent' || delivery === 'refused') return 'nothing-processed';
  if (outcome.type === 'failure') return 'outcome-unknown';
  const { status } = outcome;
  if (tryAgain.includes(status)) return 'unclear-response';
  if (status >= 200 && status < 300) return 'success-response';
  if (status >= 500) return 'server-error';
  // 408 and 429 come from gateways too, after they passed the request on (RFC 9110 section 15.5.9, RFC 6585 section 4).
  return status >= 400 && status !== 408 && status !== 429 ? 'refusal-response' : 'unclear-response';
}

/** A success that was not the end (a 200 that means "slow down" is none) leaves a doubt like any other. */
function leavesDoubt(reason: EffectReason): boolean {
  return reason !== 'nothing-processed' && reason !== 'refusal-response';
}

/** The refusals that a request gets when it meets its own success (RFC 9110 sections 9.3.5, 13.1.1, 15.5.10). */
function probablyOurs({ method, headers }: RequestTraits, status: number): EffectReason | undefined {
  if (method === 'DELETE' && (status === 404 || status === 410)) return 'probably-ours-gone';
  const conditional = headers.get('if-match') !== null || headers.get('if-none-match') !== null;
  if (status === 412 && conditional) return 'probably-ours-precondition';
  return status === 409 && (method === 'POST' || method === 'PUT') ? 'probably-ours-conflict' : undefined;
}
