import type { Decision } from '../decision/decision.ts';
import type { FailureKind, Outcome } from '../decision/outcome.ts';
import type { ProtocolAnswer } from '../decision/protocol.ts';
import type { Delivery, FailureDelivery } from './delivery.ts';
import { redactText, redactUrl } from './redact.ts';

/** One send, and what followed from it. */
export interface Attempt {
  /** Counted from 1, the first included. */
  readonly number: number;
  /** Milliseconds from the start of the operation to the start of this attempt. */
  readonly startMs: number;
  /** Milliseconds from the start of this attempt to its outcome. */
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly delivery: Delivery;
  readonly decision: Decision;
}

/** An error in a report. The caller got the error object itself. */
export interface ErrorRecord {
  readonly name: string;
  /**
   * The innermost message, which is the most specific. The message of fetch itself is only "fetch failed". URLs in it
   * are redacted.
   */
  readonly message: string;
  readonly code?: string;
}

/** How an attempt ended, as plain data. */
export type OutcomeRecord =
  | {
      readonly type: 'response';
      readonly status: number;
      readonly redirectedTo?: string;
      /** What the body says, if a rule or a protocol judged it. */
      readonly answer?: ProtocolAnswer;
    }
  | {
      readonly type: 'failure';
      readonly kind: FailureKind;
      readonly delivery: FailureDelivery;
      readonly error: ErrorRecord;
    };

/** An attempt in a report or an event, as plain data for `JSON.stringify`. */
export interface AttemptRecord extends Omit<Attempt, 'outcome'> {
  readonly outcome: OutcomeRecord;
}

/** @param showQuery - Whether query values may be shown. */
export function recordOf(attempt: Attempt, showQuery: boolean): AttemptRecord {
  return { ...attempt, outcome: outcomeRecord(attempt.outcome, showQuery) };
}

function outcomeRecord(outcome: Outcome, showQuery: boolean): OutcomeRecord {
  if (outcome.type === 'failure') {
    const { type, kind, delivery, error } = outcome;
    return { type, kind, delivery, error: errorRecord(error) };
  }
  const { type, status, hop, answer } = outcome;
  return {
    type,
    status,
    ...(hop && { redirectedTo: redactUrl(hop.url, showQuery) }),
    ...(answer && { answer }),
  };
}

/** Any thrown value as plain data. Never throws. */
export function errorRecord(error: unknown): ErrorRecord {
  try {
    let root = error;
    for (let depth = 0; depth < 5 && root instanceof Error && root.cause instanceof Error; depth++) root = root.cause;
    if (!(root instanceof Error)) return { name: 'Error', message: redactText(String(root)) };
    const { name, message, code } = root as Error & { code?: unknown };
    const record = { name: String(name), message: redactText(String(message || name)) };
    return typeof code === 'string' ? { ...record, code } : record;
  } catch {
    return { name: 'Error', message: typeof error };
  }
}
