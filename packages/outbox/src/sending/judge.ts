import { type HeadersSource, headersFrom, pushbackOf } from '@twicesafe/core/adapter';
import { type Report, reportOf } from '@twicesafe/fetch';
import type { Verdict } from './settled.ts';

/** The client's return value or error. */
export type Answer = { readonly response: unknown } | { readonly error: unknown };

/**
 * Judges the client's return value or error. Pure.
 *
 * @param epochMs - The wall-clock time in milliseconds since 1970, needed because `Retry-After` may be a date.
 */
export function judge(answer: Answer, wasInDoubt: boolean, epochMs: number): Verdict {
  const value = 'response' in answer ? answer.response : answer.error;
  const report = reportOf(value);
  const status = statusOf(value);
  const verdict = report ? byReport(report, status, wasInDoubt) : byStatus(answer, status);
  // The next run is also a retry, so it waits as long as the server asked.
  return verdict.state === 'due' ? { ...verdict, pushbackMs: askedPauseMs(value, status, epochMs) } : verdict;
}

function byReport(
  { effect, effectReason, decision, method }: Report,
  status: number | undefined,
  wasInDoubt: boolean,
): Verdict {
  const note = `${status === undefined ? method : `${status}`}: ${effectReason}, ${decision.reason}`;
  const pushbackMs = 0;
  if (effect === 'applied') return { state: 'done', status, note };
  // A safe method has no effect, whatever the response. A successful response completes it.
  if (effectReason === 'safe-method' && isSuccess(status)) return { state: 'done', status, note };
  if (effect === 'not-applied' && (effectReason === 'refusal-response' || isPermanent(decision.reason)))
    return { state: 'failed', status, note };
  if (effect === 'not-applied') return { state: 'due', inDoubt: wasInDoubt, pushbackMs, note };
  if (isFinalDoubt(decision.reason, status)) return { state: 'unknown', why: 'effect-unknown', note };
  if (decision.reason === 'key-window-over') return { state: 'unknown', why: 'key-window-over', note };
  return { state: 'due', inDoubt: true, pushbackMs, note };
}

/** The pause that a response asks for, in milliseconds. 0 without a response, or if it doesn't ask for a pause. */
function askedPauseMs(value: unknown, status: number | undefined, epochMs: number): number {
  const { headers, response } = (value ?? {}) as { headers?: HeadersSource; response?: { headers?: HeadersSource } };
  const given = headers ?? response?.headers;
  return (given && pushbackOf(headersFrom(given), epochMs, status)) ?? 0;
}

/** Whether another run would end the same way. Only for requests without an effect. */
function isPermanent(reason: string): boolean {
  return reason === 'programmer-error' || reason === 'confirmed';
}

/**
 * Whether another run would get the same answer, because the server replays a failure or refuses a request that an
 * earlier run may have applied. 401, 403 and 404 are worth another run, because credentials and deployments change.
 */
function isFinalDoubt(reason: string, status: number | undefined): boolean {
  if (reason === 'replayed-failure') return true;
  return reason === 'final-status' && status !== undefined && [400, 409, 410, 412, 413, 415, 422].includes(status);
}

/** Judges a client without a report. Only a successful status proves anything. */
function byStatus(answer: Answer, status: number | undefined): Verdict {
  if ('response' in answer && isSuccess(status)) return { state: 'done', status, note: `${status}` };
  const error = 'error' in answer ? messageOf(answer.error) : `${status}`;
  return { state: 'due', inDoubt: true, pushbackMs: 0, note: `no report: ${error}` };
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

/** The status of a response, or of the response that a client attached to its error. */
function statusOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('status' in value && typeof value.status === 'number') return value.status;
  if ('statusCode' in value && typeof value.statusCode === 'number') return value.statusCode;
  return 'response' in value ? statusOf(value.response) : undefined;
}

/** The message of any thrown value, with its cause. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
