import type { Attempt } from '../effect/attempt.ts';
import type { Report } from '../effect/report.ts';
import { describe } from '../options/check.ts';
import type { Decision } from './decision.ts';
import type { Outcome } from './outcome.ts';
import { DECISION_SENTENCES, EFFECT_SENTENCES } from './sentences.ts';

/**
 * Says in words why a request is sent once more or not, with the section of the standard where there is one; or what became
 * of a whole operation, with a line for each attempt.
 *
 * @param subject - A decision, a report, or what `reportOf` gave for something that no wrapped client gave out.
 */
export function explain(subject: Decision | Report | undefined): string {
  if (!subject) return 'There is no report: this did not come from a wrapped client.';
  return 'attempts' in subject ? explainReport(subject) : explainDecision(subject);
}

function explainDecision(decision: Decision): string {
  const sentence = DECISION_SENTENCES[decision.reason];
  if (decision.action === 'retry') return `Retry after ${inWords(decision.waitMs)}: ${sentence}.`;
  return decision.reason === 'succeeded' ? `Done: ${sentence}.` : `No retry: ${sentence}.`;
}

function explainReport({
  method,
  url,
  attempts,
  decision,
  effect,
  effectReason,
  elapsedMs,
  idempotencyKey,
}: Report): string {
  const key = idempotencyKey === undefined ? '' : `, idempotency key ${idempotencyKey}`;
  const lines = attempts.map(attemptInWords);
  // The wait for a retry ended otherwise, so the last word is not the last attempt's.
  if (attempts.at(-1)?.decision !== decision) lines.push(explainDecision(decision));
  const heldMs = attempts[0]?.startMs ?? 0;
  if (heldMs > 0) lines.unshift(`Held back for ${inWords(heldMs)}: the origin had asked for a pause.`);
  const head = `${method} ${url}${key}: ${count(attempts.length)} in ${inWords(elapsedMs)}`;
  return [head, ...lines, `Effect: ${effect}, because ${EFFECT_SENTENCES[effectReason]}.`].join('\n  ');
}

function attemptInWords({ number, outcome, delivery, durationMs, decision }: Attempt): string {
  const ending = `${number}. ${outcomeInWords(outcome)} after ${inWords(durationMs)}`;
  const proof = delivery === 'answered' ? '' : ` (delivery: ${delivery})`;
  return `${ending}${proof}. ${explainDecision(decision)}`;
}

function outcomeInWords(outcome: Outcome): string {
  return outcome.type === 'response'
    ? `Status ${outcome.status}`
    : `Failure (${outcome.kind}: ${rootMessage(outcome.error)})`;
}

/** The innermost message says most: fetch itself only says "fetch failed". */
function rootMessage(error: unknown): string {
  let root = error;
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause instanceof Error; depth++) root = root.cause;
  return root instanceof Error ? String(root.message || root.name) : describe(root);
}

function inWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function count(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}
