import { DEFAULTS, MAX_TIMER_MS } from '../options/defaults.ts';
import type { Settings } from '../options/settings.ts';
import { pushbackOf } from '../pacing/pushback.ts';
import type { Decision, StopDecision } from './decision.ts';
import type { StopReason } from './reason.ts';
import { judgeRepeat } from './repeatable.ts';
import type { RetryContext } from './retry-context.ts';
import { shouldRetryHeader } from './should-retry-header.ts';
import { finalReason } from './transient.ts';

/**
 * Decides whether the request is sent once more, and because of what. Pure: the same situation and settings give the same
 * decision. The rules stand in order; the first that applies gives the reason.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: eleven rules in order, best read in one piece
export function decide(context: RetryContext, settings: Settings): Decision {
  const { outcome, attempt, elapsedMs, key } = context;

  // 1. The caller gave up: an answer that nobody waits for is not worth another request.
  if (context.aborted) return stop('aborted');

  // 2. The next attempt would bring the same, or nobody wants one.
  const final = finalReason(context, settings);
  if (final) return stop(final);
  if (context.accepted) return stop('accepted');

  // 3. The server knows better. Its "true" is heard in rule 2: it makes an outcome transient, never a repeat safe.
  if (shouldRetryHeader(outcome) === 'stop') return stop('server-veto');

  // 4. RFC 9110 section 9.2.2: no repeat unless no copy was processed so far, or a second one does no harm.
  const allowance = judgeRepeat(context, settings);
  if (!allowance.repeatable) return stop(allowance.reason);

  // 5. An empty or cut body makes another request.
  if (context.bodyUsed) return stop('body-not-replayable');

  // 6. Whoever asks for ever is part of the outage.
  if (attempt >= settings.maxAttempts) return stop('attempts-exhausted');

  const pushbackMs = outcome.type === 'response' ? pushbackOf(outcome.headers, context.epochMs) : undefined;
  const waitMs = waitBefore(context, pushbackMs ?? 0, settings);
  const nextMs = elapsedMs + waitMs;

  // 7. Once the server has forgotten the key, it takes the second copy for a new request.
  if (allowance.reason === 'idempotency-key' && key && nextMs >= key.scheme.windowMs) return stop('key-window-over');

  // 8. To come back earlier is what the server asked us not to do, and to wait so long is not ours to choose.
  if (pushbackMs !== undefined && pushbackMs > settings.maxPushbackMs) return stop('pushback-too-long');

  // 9. After a wait that ends too late the caller would get the same outcome, only later.
  if (settings.deadlineMs !== undefined && nextMs >= settings.deadlineMs) return stop('deadline-too-near');
  if (nextMs > settings.retryWindowMs) return stop('retry-window-over');

  // 10. When much fails at once, retries keep it failing.
  if (!context.budgetAllows) return stop('budget-exhausted');

  // 11.
  return { action: 'retry', reason: allowance.reason, waitMs };
}

/**
 * The longest of what the server asks us for, what it asked others for, and our own backoff. Spread upward, so that clients
 * told the same do not meet again.
 */
function waitBefore(context: RetryContext, pushbackMs: number, { backoff }: Settings): number {
  const { attempt, random, previousWaitMs, gateMs } = context;
  const backoffMs = backoff(attempt, random, previousWaitMs);
  const waitMs = Math.max(pushbackMs * (1 + DEFAULTS.pushbackJitter * random), gateMs, backoffMs);
  // A backoff of the caller's that is no number must not become a wait of no time.
  return Number.isNaN(waitMs) ? MAX_TIMER_MS : Math.min(waitMs, MAX_TIMER_MS);
}

function stop(reason: StopReason): StopDecision {
  return { action: 'stop', reason };
}
