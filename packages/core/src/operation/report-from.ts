import type { Decision } from '../decision/decision.ts';
import type { RepeatContext } from '../decision/retry-context.ts';
import { type Attempt, errorRecord, recordOf } from '../effect/attempt.ts';
import { type Effect, effectOf } from '../effect/effect.ts';
import { redactUrl } from '../effect/redact.ts';
import type { Report } from '../effect/report.ts';

/** What a report is made of. */
interface ReportSource {
  readonly id: string;
  readonly request: RepeatContext;
  readonly attempts: readonly Attempt[];
  readonly decision: Decision;
  readonly confirmed: Effect | undefined;
  readonly callbackError: unknown;
  readonly elapsedMs: number;
  readonly earlierDoubt: boolean;
  readonly showQuery: boolean;
}

/** The report of an operation: plain data, without secrets. */
export function reportFrom(source: ReportSource): Report {
  const { request, attempts, confirmed, callbackError, earlierDoubt, showQuery } = source;
  const { traits, idempotent, rule, key } = request;
  const { effect, reason } = effectOf({ traits, idempotent, rule, key, attempts, earlierDoubt });
  return {
    operationId: source.id,
    method: traits.method,
    url: redactUrl(traits.url, showQuery),
    attempts: attempts.map((attempt) => recordOf(attempt, showQuery)),
    decision: source.decision,
    effect: confirmed ?? effect,
    effectReason: confirmed ? 'confirmed' : reason,
    idempotencyKey: key?.value,
    elapsedMs: source.elapsedMs,
    ...(callbackError !== undefined && { callbackError: errorRecord(callbackError) }),
  };
}
