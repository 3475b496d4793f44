import type { Outcome } from '../decision/outcome.ts';
import type { Settings } from '../options/settings.ts';
import { askedMs } from './asked.ts';
import type { RetryCause } from './budget.ts';
import { BudgetRegistry } from './budget-registry.ts';
import { OriginGate } from './origin-gate.ts';
import { originOf } from './origin-of.ts';

// RFC 6585 section 4, RFC 9110 section 15.6.4, and GitHub's status for an exhausted quota.
const THROTTLED: ReadonlySet<number> = new Set([429, 503, 403]);

/** The gate and the budget of each origin, shared by all operations of a policy. */
export class OriginPacing {
  readonly #settings: Settings;
  readonly #gate = new OriginGate();
  readonly #budgets: BudgetRegistry;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#budgets = new BudgetRegistry(settings.budget);
  }

  /** Whether a success doesn't need to be recorded. */
  get isIdle(): boolean {
    return !this.#gate.hasPauses && this.#budgets.isIdle;
  }

  /**
   * How long the gate of this URL's origin stays closed, in milliseconds. `nowMs` is a monotonic time, here and below.
   */
  gateMs(url: string, random: number, nowMs: number): number {
    return this.#gate.hasPauses ? this.#gate.waitMs(originOf(url), random, nowMs) : 0;
  }

  /** Records a response for its own origin, which may be the target of a redirect. */
  recordPushback(outcome: Outcome, url: string, epochMs: number, nowMs: number): void {
    const { originGate, maxPushbackMs } = this.#settings;
    if (originGate === 'off' || outcome.type === 'failure') return;
    const { status, hop, answer } = outcome;
    // A job that isn't ready says nothing about the origin. A refusal with a wait does.
    const throttled = THROTTLED.has(status) || (answer?.verdict === 'transient' && answer.refused !== undefined);
    const pushbackMs = throttled ? askedMs(outcome, epochMs) : undefined;
    const answering = hop?.url ?? url;
    if (pushbackMs && pushbackMs <= maxPushbackMs) {
      this.#gate.close(originOf(answering), pushbackMs, nowMs);
      this.#publish(originOf(answering), pushbackMs);
    } else if (this.#gate.hasPauses) this.#gate.answered(originOf(answering));
  }

  /** Records a pause that another process was asked for. It comes from outside, so a malformed one is ignored. */
  recordSharedPause(origin: string, pauseMs: number, nowMs: number): void {
    const { originGate, maxPushbackMs } = this.#settings;
    const isOrigin = typeof origin === 'string' && origin !== '' && originOf(origin) === origin;
    const isPause = typeof pauseMs === 'number' && pauseMs > 0 && pauseMs <= maxPushbackMs;
    if (isOrigin && isPause && originGate !== 'off') this.#gate.close(origin, pauseMs, nowMs);
  }

  /** A channel that is away must not disturb an operation. */
  #publish(origin: string, pauseMs: number): void {
    const { gateChannel } = this.#settings;
    if (gateChannel) (async () => gateChannel.publish(origin, pauseMs))().catch(() => {});
  }

  /** Records a transient failure, and returns whether the budget allows a retry. */
  recordFailure(outcome: Outcome, url: string, nowMs: number): boolean {
    const origin = originOf(url);
    this.#budgets.failed(origin, nowMs);
    return this.#budgets.canWithdraw(origin, causeOf(outcome), nowMs);
  }

  /** Whether the budget allows a retry after this outcome. Changes nothing. */
  budgetAllows(outcome: Outcome, url: string, nowMs: number): boolean {
    return this.#budgets.canWithdraw(originOf(url), causeOf(outcome), nowMs);
  }

  /** Pays for a retry that was decided on. */
  withdraw(outcome: Outcome, url: string, nowMs: number): void {
    this.#budgets.withdraw(originOf(url), causeOf(outcome), nowMs);
  }

  /** Records an operation that succeeded. */
  recordSuccess(url: string, retried: boolean, nowMs: number): void {
    if (!this.#budgets.isIdle) this.#budgets.succeeded(originOf(url), retried, nowMs);
  }
}

function causeOf(outcome: Outcome): RetryCause {
  if (outcome.type === 'failure') return outcome.kind === 'attempt-timeout' ? 'timeout' : 'failed';
  return THROTTLED.has(outcome.status) ? 'throttled' : 'failed';
}
