import { decide } from '../decision/decide.ts';
import type { Decision, StopDecision } from '../decision/decision.ts';
import type { Outcome, ResponseOutcome } from '../decision/outcome.ts';
import type { RetryContext } from '../decision/retry-context.ts';
import { finalReason } from '../decision/transient.ts';
import { deliveryOfOutcome } from '../effect/outcome-delivery.ts';
import type { RequestRetryOptions } from '../options/options.ts';
import type { Settings } from '../options/settings.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { Policy } from './policy.ts';
import type { RequestState } from './request-state.ts';

/** What only the client knows when an attempt has ended. */
export interface AttemptEnd {
  /** Whether the caller's signal is aborted. */
  readonly aborted: boolean;
  /** Whether the body was used and cannot be sent again. */
  readonly bodyUsed: boolean;
  /** Whether the client accepts the outcome, whatever it is. */
  readonly accepted?: boolean;
  /** Whether a redirect to another origin lost the key, or may have. */
  readonly keyRemoved?: boolean;
  /** Whether an option of the client's own forbids another attempt, such as ky's `retry.statusCodes`. */
  readonly vetoed?: boolean;
  /**
   * What a hook of the caller's put in place of the response. It decides whether another attempt makes sense. What became of the
   * request is still read from the response that the server sent.
   */
  readonly replacedBy?: ResponseOutcome | undefined;
}

/** An attempt that ended, and everything around it that bears on what follows. Monotonic times in milliseconds. */
export interface EndedAttempt {
  readonly policy: Policy;
  readonly settings: Settings;
  readonly request: RequestState;
  readonly earlier: RequestRetryOptions['earlier'];
  readonly log: AttemptLog;
  readonly keyRemoved: boolean;
  readonly outcome: Outcome;
  readonly end: AttemptEnd;
  readonly startMs: number;
  readonly nowMs: number;
}

/** The decision after a success. */
export const SUCCEEDED: StopDecision = Object.freeze({ action: 'stop', reason: 'succeeded' });

/** Rule 2 of `decide` in short: without a rule a 2xx is a success, and nothing else needs to be known. */
export function isPlainSuccess(outcome: Outcome, { aborted, replacedBy }: AttemptEnd, request: RequestState): boolean {
  const success = outcome.type === 'response' && outcome.status >= 200 && outcome.status < 300;
  return success && !aborted && !request.rule && !replacedBy;
}

/**
 * Decides what follows an attempt, and records what it says about the origin. A retry is paid for at once.
 *
 * @throws Whatever a callback of the caller's throws.
 */
export function judgeAttempt(ended: EndedAttempt): Decision {
  const { policy, request, log, outcome, end, nowMs } = ended;
  const { pacing, clock } = policy;
  const { url } = request.traits;
  pacing.recordPushback(outcome, url, clock.epochMs(), nowMs);
  const decision = isPlainSuccess(outcome, end, request) ? SUCCEEDED : judgeInFull(ended);
  if (decision.reason === 'succeeded') pacing.recordSuccess(url, log.count > 0, nowMs);
  return decision;
}

/** Whether this attempt would be followed by another. Changes nothing, and does not ask `shouldRetry`. */
export function wouldRetry(ended: EndedAttempt): boolean {
  const { policy, settings, outcome, request, nowMs } = ended;
  try {
    const budgetAllows = policy.pacing.budgetAllows(outcome, request.traits.url, nowMs);
    const context = { ...contextOf(ended, 0), budgetAllows };
    return decide(context, { ...settings, shouldRetry: undefined }).action === 'retry';
  } catch {
    return false;
  }
}

function judgeInFull(ended: EndedAttempt): Decision {
  const { policy, settings, outcome, request, nowMs } = ended;
  const { pacing, clock } = policy;
  const { url } = request.traits;
  const context = contextOf(ended, clock.random());
  if (finalReason(context, settings)) return decide(context, settings);
  const budgetAllows = pacing.recordFailure(outcome, url, nowMs);
  const decision = decide({ ...context, budgetAllows }, settings);
  if (decision.action === 'retry') pacing.withdraw(outcome, url, nowMs);
  return decision;
}

function contextOf(ended: EndedAttempt, random: number): RetryContext {
  const { policy, request, earlier, log, keyRemoved, end, nowMs } = ended;
  const { traits, idempotent, rule, key } = request;
  const { aborted, bodyUsed, accepted = false, vetoed = false } = end;
  const elapsedMs = nowMs - ended.startMs;
  const epochMs = policy.clock.epochMs();
  return {
    aborted,
    bodyUsed,
    accepted,
    vetoed,
    traits,
    idempotent,
    rule,
    outcome: decisiveOutcome(ended),
    random,
    elapsedMs,
    epochMs,
    attempt: log.count + 1,
    keyAgeMs: earlier ? Math.max(elapsedMs, epochMs - earlier.firstSentAt) : elapsedMs,
    previousWaitMs: log.lastWaitMs,
    doubtful: earlier !== undefined || log.doubtful,
    misdirected: log.misdirected,
    gateMs: policy.pacing.gateMs(traits.url, random, nowMs),
    budgetAllows: true,
    key: keyRemoved ? undefined : key,
  };
}

/**
 * The outcome that decides. A response that a hook made up can ask for another attempt, and it cannot refuse a request that its
 * server answered otherwise: where the server did not refuse, it counts as the answer to another request.
 */
function decisiveOutcome({ outcome, settings, request, end: { replacedBy } }: EndedAttempt): Outcome {
  if (!replacedBy || deliveryOfOutcome(outcome, settings) === 'refused') return replacedBy ?? outcome;
  return { ...replacedBy, hop: { url: request.traits.url, sameMethod: true } };
}
