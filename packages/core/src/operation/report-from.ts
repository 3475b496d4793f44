import { errorRecord, recordOf } from '../effect/attempt.ts';
import { effectOf } from '../effect/effect.ts';
import { redactUrl } from '../effect/redact.ts';
import type { Report } from '../effect/report.ts';
import type { OperationState } from './operation-state.ts';

/** The report of an operation, as plain data without secrets. */
export function reportFrom(state: OperationState, operationId: string): Report {
  const { request, log, options, outer, decision, confirmed, settings, startMs, endMs } = state;
  const callbackError = state.callbackError ?? state.credential?.error;
  const { traits, idempotent, known: rule, key } = request;
  const { attempts } = log;
  const earlierDoubt = options.earlier !== undefined || outer?.repeats?.doubtful === true;
  const { effect, reason } = effectOf({ traits, idempotent, rule, key, attempts, earlierDoubt });
  const { showQuery } = settings;
  return {
    operationId,
    method: traits.method,
    url: redactUrl(traits.url, showQuery),
    attempts: attempts.map((attempt) => recordOf(attempt, showQuery)),
    decision,
    effect: confirmed ?? effect,
    effectReason: confirmed ? 'confirmed' : reason,
    idempotencyKey: key?.value,
    elapsedMs: endMs - startMs,
    ...(callbackError !== undefined && { callbackError: errorRecord(callbackError) }),
  };
}
