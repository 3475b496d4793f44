import type { Attempt } from '../model/attempt.ts';
import type { Decision } from '../model/decision.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Report } from '../model/report.ts';
import { DECISION_SENTENCES, EFFECT_SENTENCES } from './sentences.ts';

/**
 * Says in words why a request is sent once more or not, with the section of the standard where there is one; or what became
 * of a whole operation.
 */
export function explain(subject: Decision | Report): string {
  return 'attempts' in subject ? explainReport(subject) : explainDecision(subject);
}

function explainDecision(decision: Decision): string {
  const sentence = DECISION_SENTENCES[decision.reason];
  if (decision.action === 'stop') return `No retry: ${sentence}.`;
  return `Retry after ${inWords(decision.waitMs)}: ${sentence}.`;
}

function explainReport({ method, url, attempts, effect, effectReason, elapsedMs, idempotencyKey }: Report): string {
  const key = idempotencyKey === undefined ? '' : ` with idempotency key ${idempotencyKey}`;
  const story = attempts.map(
    (attempt) => `Attempt ${attempt.number} ${ending(attempt)}. ${explainDecision(attempt.decision)}`,
  );
  const head = `${method} ${url}${key}: ${count(attempts.length)} in ${inWords(elapsedMs)}.`;
  return [head, ...story, `Effect: ${effect}, because ${EFFECT_SENTENCES[effectReason]}.`].join(' ');
}

function ending({ outcome, delivery, durationMs }: Attempt): string {
  return `${outcomeInWords(outcome)} after ${inWords(durationMs)} (${delivery})`;
}

function outcomeInWords(outcome: Outcome): string {
  if (outcome.type === 'response') return `was answered ${outcome.status}`;
  return `failed (${outcome.kind}: ${rootMessage(outcome.error)})`;
}

/** The innermost message says most: fetch itself only says "fetch failed". */
function rootMessage(error: unknown): string {
  let root = error;
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause instanceof Error; depth++) root = root.cause;
  return root instanceof Error ? root.message || root.name : String(root);
}

function inWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function count(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}
