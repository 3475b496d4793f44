import { DEFAULTS, MAX_TIMER_MS } from '../options/defaults.ts';
import { quiet } from '../options/quiet.ts';
import type { Settings } from '../options/settings.ts';
import { askedMs } from '../pacing/asked.ts';
import type { Decision, StopDecision } from './decision.ts';
import type { StopReason } from './reason.ts';
import { judgeRepeat } from './repeatable.ts';
import type { RetryContext } from './retry-context.ts';
import { shouldRetryHeader } from './should-retry-header.ts';
import { finalReason } from './transient.ts';
import { isVetoed } from './veto.ts';

/**
 * Decides whether the request is sent again, and why. This function is pure, so the same context and settings give the
 * same decision. The rules apply in order, and the first one that matches gives the reason. The decision is frozen,
 * because callers get it in events and reports.
 *
 * @throws Whatever a callback in the settings throws. `Operation` turns that into a stop.
 *
 * @example
 * const { settings } = policyFrom({ maxAttempts: 4 });
 * const decision = decide(context, settings);
 * if (decision.action === 'retry') console.log(`again after ${decision.waitMs} ms: ${decision.reason}`);
 * else console.log(`no retry: ${decision.reason}`);
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: twelve rules in order, best read in one piece
export function decide(context: RetryContext, settings: Settings): Decision {
  const { outcome, attempt, elapsedMs } = context;

  // 1. The caller gave up, so a response would have no reader.
  if (context.aborted) return stop('aborted');

  // RFC 9110 section 15.5.2: a 401 was not applied. It costs no attempt, and nothing waits for a server that is not
  // busy.
  if (outcome.type === 'response' && outcome.renewed) return afterRenewal(context, settings);

  // 2. The next attempt would bring the same, or the client accepts what it has.
  const final = finalReason(context, settings);
  if (final) return stop(final);
  if (context.accepted) return stop('accepted');

  // 3. The server forbids it. Its "true" counts in rule 2: it makes an outcome transient, never a repeat safe.
  if (shouldRetryHeader(outcome) === 'stop') return stop('server-veto');

  // 4. The caller forbids it.
  if (context.vetoed || isVetoed(context, settings)) return stop('caller-veto');

  // 5. RFC 9110 section 9.2.2: no repeat unless no copy was processed so far, or a second one does no harm.
  const allowance = judgeRepeat(context, settings);
  if (!allowance.repeatable) return stop(allowance.reason);

  // 6. An empty or cut body makes another request.
  if (context.bodyUsed) return stop('body-not-replayable');

  // 7. Unlimited retries prolong an outage, and two loops multiply.
  if (attempt >= settings.maxAttempts) return stop('attempts-exhausted');
  if (context.outerRetry) return stop('outer-retry');

  const pushbackMs = outcome.type === 'response' ? askedMs(outcome, context.epochMs) : undefined;
  const asked = askedOf(pushbackMs ?? context.gateMs);
  const waitMs = waitBefore(context, pushbackMs, settings);
  const nextMs = elapsedMs + waitMs;

  // 8. Once the server has forgotten the key, it takes the second copy for a new request.
  if (isKeyOver(context, allowance.reason, waitMs)) return stop('key-window-over', asked);

  // 9. Retrying earlier would ignore the server's request, and a longer wait is the caller's choice.
  if (pushbackMs !== undefined && pushbackMs > settings.maxPushbackMs) return stop('pushback-too-long', asked);

  // 10. After a wait that ends too late the caller would get the same outcome, only later.
  if (settings.deadlineMs !== undefined && nextMs >= settings.deadlineMs) return stop('deadline-too-near', asked);
  if (nextMs > settings.retryWindowMs) return stop('retry-window-over', asked);

  // 11. When much fails at once, retries keep it failing.
  if (!context.budgetAllows) return stop('budget-exhausted');

  // 12. The allowance is the reason.
  return Object.freeze({ action: 'retry', reason: allowance.reason, waitMs, ...asked });
}

/** The request is sent again with another credential, unless an attempt before may have been processed. */
function afterRenewal(context: RetryContext, settings: Settings): Decision {
  if (context.accepted) return stop('accepted');
  if (context.vetoed || isVetoed(context, settings)) return stop('caller-veto');
  const allowance = judgeRepeat(context, settings);
  if (!allowance.repeatable) return stop(allowance.reason);
  if (context.bodyUsed) return stop('body-not-replayable');
  // The refresh may have taken longer than the server remembers the key.
  if (isKeyOver(context, allowance.reason, 0)) return stop('key-window-over');
  if (settings.deadlineMs !== undefined && context.elapsedMs >= settings.deadlineMs) return stop('deadline-too-near');
  return Object.freeze({ action: 'retry', reason: 'reauthorized', waitMs: 0 });
}

/** Whether only a key permits the next attempt, which would be sent when the key's window is over. */
function isKeyOver({ key, keyAgeMs }: RetryContext, allowance: string, waitMs: number): boolean {
  return allowance === 'idempotency-key' && key !== undefined && !(keyAgeMs + waitMs < key.scheme.windowMs);
}

/**
 * How long to wait while the server still processes the first copy, if it names no time. A backoff of a few
 * milliseconds would use the attempts up before any work ends.
 */
function inFlightMs({ outcome, key, attempt }: RetryContext): number {
  if (outcome.type !== 'response' || !key?.scheme.inFlightStatuses.includes(outcome.status)) return 0;
  return Math.min(DEFAULTS.inFlightMs * 2 ** Math.max(0, attempt - 2), DEFAULTS.backoffCapMs);
}

/**
 * The longest of the response's pushback, the gate and the backoff. Jitter only adds to the wait, so that clients with
 * the same pushback spread out and each waits long enough.
 */
function waitBefore(context: RetryContext, pushbackMs: number | undefined, { backoff }: Settings): number {
  const { attempt, random, previousWaitMs, gateMs } = context;
  const given: unknown = quiet(backoff(attempt, random, previousWaitMs));
  // A backoff function that returns no number must not lead to a wait of no time.
  const backoffMs = typeof given === 'number' ? given : Number.NaN;
  const leastMs = pushbackMs ?? inFlightMs(context);
  const waitMs = Math.max(leastMs * (1 + DEFAULTS.pushbackJitter * random), gateMs, backoffMs);
  return Number.isNaN(waitMs) ? MAX_TIMER_MS : Math.min(waitMs, MAX_TIMER_MS);
}

function stop(reason: StopReason, asked?: Pick<StopDecision, 'askedMs'>): StopDecision {
  return Object.freeze({ action: 'stop', reason, ...asked });
}

function askedOf(askedMs: number): Pick<Decision, 'askedMs'> | undefined {
  return askedMs > 0 ? { askedMs } : undefined;
}
