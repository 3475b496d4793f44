import type { AttemptRecord, OutcomeRecord } from '../effect/attempt.ts';
import type { EffectReason } from '../effect/effect.ts';
import type { Report } from '../effect/report.ts';
import type { Decision } from './decision.ts';
import { pageOf } from './page-of.ts';
import type { Reason } from './reason.ts';
import { DECISION_SENTENCES, EFFECT_SENTENCES } from './sentences.ts';

/** A report has `not-applied` here, which reads like a failure. */
const NO_CHANGE: ReadonlySet<EffectReason> = /* @__PURE__ */ new Set<EffectReason>(['safe-method', 'protocol-safe']);

/** A decision in one sentence, with the section of the standard where there is one. */
export function explainDecision(decision: Decision): string {
  const { subject, askedMs } = decision;
  const sentence = DECISION_SENTENCES[decision.reason] + (subject === undefined ? '' : ` (${subject})`);
  const asked = askedMs === undefined ? '' : ` (the server asked for ${inWords(askedMs)})`;
  if (decision.action === 'retry') return `Retry after ${inWords(decision.waitMs)}${asked}: ${sentence}.`;
  return decision.reason === 'succeeded' ? `Done: ${sentence}.` : `No retry: ${sentence}${asked}.`;
}

/**
 * Writes a report as text with a headline, a line for each attempt, the effect, and the page of the reason that
 * matters.
 */
export function explainReport(report: Report): string {
  const { method, url, attempts, decision, effect, effectReason, elapsedMs, idempotencyKey, callbackError } = report;
  const key = idempotencyKey === undefined ? '' : `, idempotency key ${idempotencyKey}`;
  const lines = attempts.map(explainAttempt);
  // The wait for a retry ended otherwise, so the last decision is not the last attempt's.
  if (attempts.at(-1)?.decision.reason !== decision.reason) lines.push(explainDecision(decision));
  if (callbackError) lines.push(`The function failed with ${callbackError.name}: ${callbackError.message}`);
  const heldMs = attempts[0]?.startMs ?? 0;
  if (heldMs > 0) lines.unshift(`Held for ${inWords(heldMs)}: the origin had asked for a pause.`);
  const head = `${method} ${url}${key}: ${count(attempts.length)} in ${inWords(elapsedMs)}`;
  const shown = NO_CHANGE.has(effectReason) ? 'nothing to apply' : effect;
  lines.push(`Effect: ${shown}, because ${EFFECT_SENTENCES[effectReason]}.`);
  for (const page of [reasonOf(report), effectPage(effectReason)])
    if (page !== undefined) lines.push(`More: ${pageOf(page)}`);
  return [head, ...lines].join('\n  ');
}

/** Why the attempts ended, or, after a success, why there was more than one. */
function reasonOf({ attempts, decision }: Report): Reason | undefined {
  if (decision.reason !== 'succeeded') return decision.reason;
  return attempts.findLast((attempt) => attempt.decision.action === 'retry')?.decision.reason;
}

/** The page of an effect that calls for more than its sentence. */
function effectPage(reason: EffectReason): string | undefined {
  if (reason.startsWith('probably-ours')) return 'probably-ours';
  return reason === 'unseen-copies' ? reason : undefined;
}

function explainAttempt({ number, outcome, delivery, durationMs, decision }: AttemptRecord): string {
  const ending = `${number}. ${explainOutcome(outcome)} after ${inWords(durationMs)}`;
  const proof = delivery === 'answered' ? '' : ` (delivery: ${delivery})`;
  return `${ending}${proof}. ${explainDecision(decision)}`;
}

function explainOutcome(outcome: OutcomeRecord): string {
  if (outcome.type === 'failure') return `Failure (${outcome.kind}: ${outcome.error.message})`;
  const { status, redirectedTo, answer } = outcome;
  const says = answer ? `Status ${status} (${answer.subject})` : `Status ${status}`;
  return redirectedTo === undefined ? says : `${says} from ${redirectedTo}, after a redirect,`;
}

function inWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 600_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} minutes`;
}

function count(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}
