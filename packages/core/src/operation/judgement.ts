import { decide } from '../decision/decide.ts';
import type { Decision, StopDecision } from '../decision/decision.ts';
import type { Outcome, ResponseOutcome } from '../decision/outcome.ts';
import type { RetryContext } from '../decision/retry-context.ts';
import type { RequestRule } from '../decision/semantics.ts';
import { finalReason } from '../decision/transient.ts';
import { deliveryOfOutcome } from '../effect/outcome-delivery.ts';
import { keyAgeMs } from './key-age.ts';
import { chooseLeast } from './least-request.ts';
import type { OperationState } from './operation-state.ts';

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
   * What a hook of the caller's put in place of the response. It decides whether another attempt makes sense. What
   * became of the request is still read from the response that the server sent.
   */
  readonly replacedBy?: ResponseOutcome | undefined;
}

const SUCCEEDED: StopDecision = /* @__PURE__ */ Object.freeze({ action: 'stop', reason: 'succeeded' });

/**
 * Decides what follows an attempt, and records what it says about the origin. A retry is charged to the budget
 * immediately.
 *
 * @throws Whatever a callback of the caller's throws.
 */
export function judgeAttempt(state: OperationState, outcome: Outcome, end: AttemptEnd, nowMs: number): Decision {
  const { policy, request, log } = state;
  const { pacing, clock } = policy;
  // Rule 2 of `decide` in short: without a rule a 2xx is a success, and nothing else needs to be known.
  const plain = isPlainSuccess(outcome) && !end.aborted && !end.replacedBy && !request.declared;
  // Where nothing is known about any origin, a success changes nothing.
  if (plain && pacing.isIdle) return SUCCEEDED;
  const { url } = request.traits;
  pacing.recordPushback(outcome, url, clock.epochMs(), nowMs);
  const decision = plain ? SUCCEEDED : judgeInFull(state, outcome, end, nowMs);
  if (decision.reason === 'succeeded') pacing.recordSuccess(url, log.count > 0, nowMs);
  return decision;
}

/** Whether this attempt would be followed by another. Free of side effects, and doesn't call `shouldRetry`. */
export function wouldRetry(state: OperationState, outcome: Outcome, end: AttemptEnd, nowMs: number): boolean {
  const { policy, settings } = state;
  try {
    const { url } = chooseLeast(state).traits;
    const budgetAllows = policy.pacing.budgetAllows(outcome, url, nowMs);
    const { rule } = state.request;
    const context = { ...contextOf(state, outcome, end, nowMs, 0), rule, budgetAllows };
    return decide(context, { ...settings, shouldRetry: undefined }).action === 'retry';
  } catch {
    return false;
  }
}

function judgeInFull(state: OperationState, outcome: Outcome, end: AttemptEnd, nowMs: number): Decision {
  const { policy, settings } = state;
  const { pacing, clock } = policy;
  const known = contextOf(state, outcome, end, nowMs, clock.random());
  // A success asks no protocol.
  if (isPlainSuccess(outcome) && finalReason(known, settings)) return decide(known, settings);
  const { traits, rule, key } = chooseLeast(state);
  const context = { ...known, traits, rule, key: known.key && key };
  if (finalReason(context, settings)) return named(decide(context, settings), rule);
  const { url } = traits;
  const budgetAllows = pacing.recordFailure(outcome, url, nowMs);
  const decision = decide({ ...context, budgetAllows }, settings);
  if (decision.action === 'retry') pacing.withdraw(outcome, url, nowMs);
  return named(decision, rule);
}

/** A decision with what the request is, in its protocol's terms. */
function named(decision: Decision, rule: RequestRule | undefined): Decision {
  return rule?.subject === undefined ? decision : Object.freeze({ ...decision, subject: rule.subject });
}

function contextOf(
  state: OperationState,
  outcome: Outcome,
  end: AttemptEnd,
  nowMs: number,
  random: number,
): RetryContext {
  const { aborted, bodyUsed, accepted = false, vetoed = false } = end;
  const { policy, request, log, keyRemoved, outer, options, startMs } = state;
  const { traits, idempotent, known: rule, key } = request;
  const { earlier } = options;
  const elapsedMs = nowMs - startMs;
  const epochMs = policy.clock.epochMs();
  return {
    aborted,
    bodyUsed,
    accepted,
    vetoed,
    traits,
    idempotent,
    rule,
    outcome: decisiveOutcome(state, outcome, end),
    random,
    elapsedMs,
    epochMs,
    // One with a new credential costs none.
    attempt: log.count + (log.renewed ? 0 : 1),
    keyAgeMs: keyAgeMs(state, nowMs),
    previousWaitMs: log.lastWaitMs,
    doubtful: earlier !== undefined || log.doubtful,
    outerRetry: outer?.isRepeating ?? false,
    misdirected: log.misdirected,
    gateMs: policy.pacing.gateMs(traits.url, random, nowMs),
    budgetAllows: true,
    key: keyRemoved ? undefined : key,
  };
}

/** Whether a response is a success, and its body was not judged. */
function isPlainSuccess(outcome: Outcome): boolean {
  return outcome.type === 'response' && outcome.status >= 200 && outcome.status < 300 && !outcome.answer;
}

/**
 * The outcome that decides. A response that a hook made up can ask for another attempt, but it cannot refuse a request
 * that its server answered otherwise. Unless the server refused, it counts as the answer to another request.
 */
function decisiveOutcome({ settings, request }: OperationState, outcome: Outcome, { replacedBy }: AttemptEnd): Outcome {
  if (!replacedBy || deliveryOfOutcome(outcome, settings) === 'refused') return replacedBy ?? outcome;
  return { ...replacedBy, hop: { url: request.traits.url, sameMethod: true } };
}
