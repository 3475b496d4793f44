import type { Settings } from '../options/settings.ts';
import { pushbackOf } from '../pacing/pushback.ts';
import { assertNever } from './assert-never.ts';
import type { FailureKind, ResponseOutcome } from './outcome.ts';
import type { StopReason } from './reason.ts';
import type { RetryContext } from './retry-context.ts';
import { ruleFor } from './rules.ts';
import { shouldRetryHeader } from './should-retry-header.ts';

/**
 * Statuses worth another attempt, if it is allowed: RFC 9110 sections 15.5.9, 15.6.1, 15.6.3 to 15.6.5, RFC 8470 (425),
 * RFC 6585 (429), and what Cloudflare says of an origin that it cannot reach (520 to 524, 530).
 */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([
  408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530,
]);

type Rules = Pick<Settings, 'rules' | 'refusedStatuses'>;

/** Why an outcome is final, or undefined if it is transient. */
export function finalReason(context: RetryContext, settings: Rules): StopReason | undefined {
  const { outcome } = context;
  return outcome.type === 'failure' ? finalFailure(outcome.kind) : finalResponse(outcome, context, settings);
}

function finalFailure(kind: FailureKind): StopReason | undefined {
  switch (kind) {
    case 'network':
    case 'attempt-timeout':
    case 'truncated-body':
      return undefined;
    case 'certificate':
      return 'certificate-error';
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

function finalResponse(response: ResponseOutcome, context: RetryContext, settings: Rules): StopReason | undefined {
  const { status, headers } = response;
  const { traits, key, misdirected, epochMs } = context;
  const { rules, refusedStatuses } = settings;

  // The server keeps a failure with its key, and would only replay it once more.
  const mark = key?.scheme.replayHeader;
  if (status >= 400 && mark !== undefined && headers.get(mark) !== null) return 'replayed-failure';
  // A new connection may lead to the right server, but fetch cannot be told which to take: once is all one may hope for.
  if (status === 421) return misdirected ? 'misdirected-again' : undefined;

  const transient =
    TRANSIENT_STATUSES.has(status) ||
    refusedStatuses.includes(status) ||
    ruleFor(traits, rules)?.transientStatuses?.includes(status) ||
    key?.scheme.inFlightStatuses.includes(status) ||
    // Only what comes with a time is temporary: RFC 9110 section 15.5.14, and how GitHub spells 429.
    ((status === 413 || status === 403) && pushbackOf(headers, epochMs) !== undefined) ||
    (status >= 400 && shouldRetryHeader(response) === 'retry');
  if (transient) return undefined;
  return status >= 200 && status < 300 ? 'succeeded' : 'final-status';
}
