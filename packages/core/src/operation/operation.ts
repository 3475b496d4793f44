import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { Outcome, ResponseOutcome } from '../decision/outcome.ts';
import { repeatabilityOf } from '../decision/repeatable.ts';
import type { RetryContext } from '../decision/retry-context.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { finalReason } from '../decision/transient.ts';
import type { Attempt } from '../effect/attempt.ts';
import { deliveryOfOutcome } from '../effect/delivery.ts';
import type { Effect } from '../effect/effect.ts';
import { effectOf } from '../effect/effect.ts';
import type { Report } from '../effect/report.ts';
import { keyFor, type OperationKey } from '../keys/operation-key.ts';
import type { RequestRetryOptions } from '../options/options.ts';
import type { Settings } from '../options/settings.ts';
import { overrideSettings } from '../options/settings.ts';
import { pushbackOf } from '../pacing/pushback.ts';
import { attemptFields } from './attempt-fields.ts';
import type { Clock } from './clock.ts';
import { announceAttempt, announceEnd, announceStart } from './events.ts';
import { causeOf, isThrottled, originOf } from './origin-of.ts';
import type { RetryPolicy } from './policy.ts';
import { rememberReport } from './reports.ts';
import { timeoutError } from './time-limit.ts';

/** What only the adapter knows when an attempt has ended. */
export interface AttemptEnd {
  /** Whether the caller's signal is aborted. */
  readonly aborted: boolean;
  /** Whether the body was handed out and cannot be made again. */
  readonly bodyUsed: boolean;
  /** Whether the caller takes the outcome as it is. */
  readonly accepted?: boolean;
  /** Whether a followed redirect led to an origin that was not given the key. */
  readonly keyRemoved?: boolean;
}

const SUCCEEDED: Decision = Object.freeze({ action: 'stop', reason: 'succeeded' });
const ABORTED: Decision = Object.freeze({ action: 'stop', reason: 'aborted' });
const NOTHING_SAID: RequestRetryOptions = Object.freeze({});
const NO_FIELDS: OperationKey['fields'] = Object.freeze([]);

/**
 * An operation's life, without I/O: it is told when attempts start and what they came to, and answers with decisions. Whatever
 * loop a client has drives it. Before the first failure it does nothing that only a retry needs.
 */
export class Operation {
  readonly traits: RequestTraits;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly #policy: RetryPolicy;
  readonly #request: RequestRetryOptions;
  readonly #attempts: Attempt[] = [];
  readonly #startMs: number;
  #attemptStartMs: number;
  #endMs: number;
  #decision: Decision = ABORTED;
  #held = false;
  #settled = false;
  #key: OperationKey | undefined | null = null;
  #confirmed: Effect | undefined;
  #keyRemoved = false;

  /**
   * @param startMs - When it began, if that was earlier.
   * @throws {TypeError | RangeError} For a word of the caller's that is not allowed.
   */
  constructor(
    policy: RetryPolicy,
    traits: RequestTraits,
    request: RequestRetryOptions = NOTHING_SAID,
    startMs: number = policy.clock.now(),
  ) {
    this.traits = traits;
    this.settings = request === NOTHING_SAID ? policy.settings : overrideSettings(policy.settings, request);
    this.clock = policy.clock;
    this.#policy = policy;
    this.#request = request;
    this.#startMs = this.#attemptStartMs = this.#endMs = startMs;
  }

  /**
   * The header fields that the next attempt carries beside the caller's own: the idempotency key, and what the options tell
   * the server of the attempt.
   *
   * @throws {TypeError | RangeError} For a key that cannot be sent.
   */
  get attemptFields(): OperationKey['fields'] {
    const own = attemptFields(this, this.#attempts.length + 1);
    return own.length > 0 ? [...this.fields, ...own] : this.fields;
  }

  /**
   * Those of them that are the same on every attempt, and for nobody but the origin: the idempotency key.
   *
   * @throws {TypeError | RangeError} For a key that cannot be sent.
   */
  get fields(): OperationKey['fields'] {
    const { idempotencyKey, rules } = this.settings;
    // Nobody asked for a key. Whether the caller set one by hand need not be known before a failure.
    if (!idempotencyKey && rules.length === 0 && this.#request.idempotencyKey === undefined) return NO_FIELDS;
    return this.#operationKey?.fields ?? NO_FIELDS;
  }

  /** Whether a second copy does no harm, whatever became of the first. */
  get repeatable(): boolean {
    const { traits, settings } = this;
    return repeatabilityOf({ traits, idempotent: this.#request.idempotent, key: this.#operationKey?.key }, settings)
      .repeatable;
  }

  /** Milliseconds left until the deadline, or undefined if there is none. */
  get remainingMs(): number | undefined {
    const { deadlineMs } = this.settings;
    return deadlineMs === undefined ? undefined : deadlineMs - (this.clock.now() - this.#startMs);
  }

  /** How long the first attempt must wait, because the origin asked for a pause. What would come too late need not wait. */
  holdMs(): number {
    const { settings, clock } = this;
    const { gate } = this.#policy;
    const nowMs = clock.now();
    if (settings.maxAttempts === 1 || gate.isQuiet(nowMs)) return 0;
    const waitMs = gate.waitMs(originOf(this.traits.url), clock.random(), nowMs);
    if (waitMs >= (this.remainingMs ?? Infinity)) return 0;
    if (waitMs > 0) this.#held = true;
    return waitMs;
  }

  /** An attempt is about to be sent. */
  begin(): void {
    if (this.#held || this.#attempts.length > 0) this.#attemptStartMs = this.clock.now();
    announceStart(this, this.#attempts.length + 1);
  }

  /** The attempt came to this. Records it, and decides what follows; a retry is paid for at once. */
  judge(told: Outcome, end: AttemptEnd): Decision {
    // Nobody but the signal knows: some runtimes say AbortError when nobody aborted, and others anything when somebody did.
    const outcome: Outcome = told.type === 'failure' && end.aborted ? { ...told, kind: 'caller-abort' } : told;
    const nowMs = this.clock.now();
    this.#tellGate(outcome, nowMs);
    const decision = this.#isPlainSuccess(outcome, end) ? SUCCEEDED : this.#decide(outcome, end, nowMs);
    const attempt = this.#record(outcome, decision, nowMs);
    if (decision.reason === 'succeeded') this.#tellBudgetOfSuccess(nowMs);
    announceAttempt(this, attempt);
    return decision;
  }

  /** Whether this outcome would be followed by another attempt, if the budget canWithdraw one. Changes nothing. */
  foresees(outcome: Outcome, end: AttemptEnd): boolean {
    return decide(this.#context(outcome, end, this.clock.now()), this.settings).action === 'retry';
  }

  /** For an adapter that saw a success at the first attempt by itself, at `endMs`, and needs the report only now. */
  recordSuccess(outcome: ResponseOutcome, endMs: number): void {
    this.#record(outcome, SUCCEEDED, endMs);
  }

  /** The wait for the next attempt ended otherwise: the caller gave up, or the timer came too late. */
  abandon(reason: 'aborted' | 'deadline-over'): void {
    this.#endMs = this.clock.now();
    this.#decision = { action: 'stop', reason };
  }

  /** Somebody looked, and knows the effect. */
  confirm(effect: Exclude<Effect, 'maybe-applied'>): void {
    this.#confirmed = effect;
    this.#endMs = this.clock.now();
  }

  /** The operation is over, with this response or error: `reportOf` finds its report from now on. */
  settle<Settled>(settled: Settled): Settled {
    rememberReport(settled, this);
    if (!this.#settled) announceEnd(this);
    this.#settled = true;
    return settled;
  }

  /** The error to hand over: one that may have been processed outranks a later one that certainly was not. */
  get error(): unknown {
    const failures = this.#attempts.map(({ outcome }) => outcome).filter((outcome) => outcome.type === 'failure');
    return failures.length > 0
      ? (failures.findLast(({ delivery }) => delivery === 'unknown') ?? failures.at(-1))?.error
      : timeoutError('deadline');
  }

  /** What became of the operation so far. */
  report(): Report {
    const { traits, settings } = this;
    const attempts = [...this.#attempts];
    const key = this.#operationKey?.key;
    const { effect, reason } = effectOf({ traits, attempts, idempotent: this.#request.idempotent, key }, settings);
    return {
      method: traits.method,
      url: traits.url,
      attempts,
      decision: this.#decision,
      effect: this.#confirmed ?? effect,
      effectReason: this.#confirmed ? 'confirmed' : reason,
      idempotencyKey: key?.value,
      elapsedMs: this.#endMs - this.#startMs,
    };
  }

  #record(outcome: Outcome, decision: Decision, endMs: number): Attempt {
    const attempt: Attempt = {
      number: this.#attempts.length + 1,
      startMs: this.#attemptStartMs - this.#startMs,
      durationMs: endMs - this.#attemptStartMs,
      outcome,
      delivery: deliveryOfOutcome(outcome, this.settings),
      decision,
    };
    this.#attempts.push(attempt);
    this.#endMs = endMs;
    this.#decision = decision;
    return attempt;
  }

  get #operationKey(): OperationKey | undefined {
    if (this.#key === null) this.#key = keyFor(this.traits, this.#request, this.settings, this.clock);
    return this.#key;
  }

  /** Rule 2 of `decide` in short: without rules a 2xx is a success, and nothing else need be known. */
  #isPlainSuccess(outcome: Outcome, { aborted }: AttemptEnd): boolean {
    return (
      outcome.type === 'response' &&
      outcome.status >= 200 &&
      outcome.status < 300 &&
      !aborted &&
      this.settings.rules.length === 0
    );
  }

  #decide(outcome: Outcome, end: AttemptEnd, nowMs: number): Decision {
    const { budgets } = this.#policy;
    if (end.keyRemoved) this.#keyRemoved = true;
    const context = this.#context(outcome, end, nowMs);
    if (finalReason(context, this.settings)) return decide(context, this.settings);

    const cause = causeOf(outcome);
    const origin = originOf(this.traits.url);
    budgets.failed(origin, nowMs);
    const decision = decide({ ...context, budgetAllows: budgets.canWithdraw(origin, cause, nowMs) }, this.settings);
    if (decision.action === 'retry') budgets.withdraw(origin, cause, nowMs);
    return decision;
  }

  /** A server that tells us when to come back means all of us. */
  #tellGate(outcome: Outcome, nowMs: number): void {
    const { originGate, maxPushbackMs } = this.settings;
    const { gate } = this.#policy;
    if (!originGate || outcome.type === 'failure') return;
    const pushbackMs = isThrottled(outcome) ? pushbackOf(outcome.headers, this.clock.epochMs()) : undefined;
    if (pushbackMs && pushbackMs <= maxPushbackMs) gate.close(originOf(this.traits.url), pushbackMs, nowMs);
    else if (!gate.isQuiet(nowMs)) gate.answered(originOf(this.traits.url));
  }

  #context(outcome: Outcome, { aborted, bodyUsed, accepted = false }: AttemptEnd, nowMs: number): RetryContext {
    const attempts = this.#attempts;
    const previous = attempts.at(-1)?.decision;
    const random = this.clock.random();
    return {
      aborted,
      bodyUsed,
      accepted,
      traits: this.traits,
      outcome,
      attempt: attempts.length + 1,
      elapsedMs: nowMs - this.#startMs,
      epochMs: this.clock.epochMs(),
      random,
      previousWaitMs: previous?.action === 'retry' ? previous.waitMs : 0,
      doubtful: attempts.some(({ delivery }) => delivery === 'unknown' || delivery === 'answered'),
      misdirected: attempts.some((attempt) => attempt.outcome.type === 'response' && attempt.outcome.status === 421),
      gateMs: this.#policy.gate.waitMs(originOf(this.traits.url), random, nowMs),
      budgetAllows: true,
      idempotent: this.#request.idempotent,
      key: this.#keyRemoved ? undefined : this.#operationKey?.key,
    };
  }

  #tellBudgetOfSuccess(nowMs: number): void {
    const { budgets } = this.#policy;
    if (!budgets.quiet) budgets.succeeded(originOf(this.traits.url), this.#attempts.length > 1, nowMs);
  }
}
