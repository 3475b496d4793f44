import type { Settings } from '../options/settings.ts';
import { pushbackOf } from '../pacing/pushback.ts';
import { assertNever } from './assert-never.ts';
import type { FailureKind, ResponseOutcome } from './outcome.ts';
import type { ProtocolAnswer } from './protocol.ts';
import type { StopReason } from './reason.ts';
import type { RetryContext } from './retry-context.ts';
import { shouldRetryHeader } from './should-retry-header.ts';

/**
 * Statuses worth another attempt, if it is allowed. Sources are RFC 9110 sections 15.5.9, 15.6.1, 15.6.3 to 15.6.5, RFC
 * 8470 (425), RFC 6585 (429), Cloudflare's statuses for an origin that it cannot reach (520 to 524, 530), and 529,
 * "overloaded" (Anthropic).
 */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([
  408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530,
]);

/** What a verdict about the body means. */
const ANSWERED: Readonly<Record<ProtocolAnswer['verdict'], StopReason | undefined>> = {
  success: 'succeeded',
  transient: undefined,
  final: 'final-body',
};

/** Why an outcome is final, or undefined if it is transient. */
export function finalReason(
  context: RetryContext,
  settings: Pick<Settings, 'refusedStatuses'>,
): StopReason | undefined {
  const { outcome, rule } = context;
  if (outcome.type === 'response') return finalResponse(outcome, context, settings);
  return finalFailure(outcome.kind) ?? (rule?.notTransient?.includes(outcome.kind) ? 'declared-final' : undefined);
}

function finalFailure(kind: FailureKind): StopReason | undefined {
  switch (kind) {
    case 'network':
    case 'attempt-timeout':
    case 'truncated-body':
      return undefined;
    case 'certificate':
      return 'certificate-error';
    case 'permanent':
      return 'permanent-failure';
    case 'programmer-error':
      return 'programmer-error';
    case 'caller-abort':
      return 'aborted';
    case 'deadline':
      return 'deadline-over';
    default:
      return assertNever(kind);
  }
}

function finalResponse(
  response: ResponseOutcome,
  context: RetryContext,
  { refusedStatuses }: Pick<Settings, 'refusedStatuses'>,
): StopReason | undefined {
  const { status, headers, answer } = response;
  const { rule, key, misdirected, epochMs } = context;

  // The server keeps a failure with its key, and would only replay it.
  const mark = key?.scheme.replayHeader;
  if (status >= 400 && mark !== undefined && headers.get(mark) !== null) return 'replayed-failure';
  if (rule?.notTransient?.includes(status)) return isSuccess(status) ? 'succeeded' : 'declared-final';
  if (answer) return ANSWERED[answer.verdict];
  // A new connection may lead to the right server, but a client cannot choose which one it takes: one retry is enough.
  if (status === 421) return misdirected ? 'misdirected-again' : undefined;

  const transient =
    TRANSIENT_STATUSES.has(status) ||
    refusedStatuses.includes(status) ||
    rule?.transientStatuses?.includes(status) ||
    key?.scheme.inFlightStatuses.includes(status) ||
    // Temporary only if the server names a time: RFC 9110 section 15.5.14, and GitHub's spelling of 429.
    ((status === 413 || status === 403) && pushbackOf(headers, epochMs) !== undefined) ||
    (status >= 400 && shouldRetryHeader(response) === 'retry');
  if (transient) return undefined;
  return isSuccess(status) ? 'succeeded' : 'final-status';
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
