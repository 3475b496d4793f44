import type { Decision, StopDecision } from '../decision/decision.ts';
import type { Outcome } from '../decision/outcome.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { Effect } from '../effect/effect.ts';
import { deliveryOfOutcome } from '../effect/outcome-delivery.ts';
import type { Report } from '../effect/report.ts';
import type { OperationKey } from '../keys/operation-key.ts';
import type { RequestRetryOptions } from '../options/options.ts';
import { overrideSettings, type Settings } from '../options/settings.ts';
import { AttemptLog } from './attempt-log.ts';
import type { Clock } from './clock.ts';
import { TimeLimitError } from './errors.ts';
import { EventSource } from './events.ts';
import {
  type AttemptEnd,
  type EndedAttempt,
  isPlainSuccess,
  judgeAttempt,
  SUCCEEDED,
  wouldRetry,
} from './judgement.ts';
import { nextId } from './operation-id.ts';
import type { Policy } from './policy.ts';
import { reportFrom } from './report-from.ts';
import { rememberReport } from './reports.ts';
import { RequestState } from './request-state.ts';

const ABORTED: StopDecision = Object.freeze({ action: 'stop', reason: 'aborted' });
const CALLBACK_FAILED: StopDecision = Object.freeze({ action: 'stop', reason: 'callback-failed' });
const NO_OPTIONS: RequestRetryOptions = Object.freeze({});

/**
 * An operation's life, without I/O: a client says when attempts start and how they ended, and gets decisions. Whatever loop the
 * client has drives it. What a call does not use, it does not create.
 */
export class Operation {
  readonly policy: Policy;
  readonly settings: Settings;
  readonly #options: RequestRetryOptions;
  readonly #log = new AttemptLog();
  readonly #events: EventSource | undefined;
  readonly #startMs: number;
  #request: RequestState;
  #attemptStartMs: number;
  #endMs: number;
  #decision: Decision = ABORTED;
  #confirmed: Effect | undefined;
  #callbackError: unknown;
  #held = false;
  #keyRemoved = false;
  #settled = false;
  #id: string | undefined;

  /**
   * @param options - What the caller says about this request.
   * @throws {TypeError | RangeError} For an option that is not allowed, or a key that cannot be sent.
   * @throws {CallbackError} If a rule or a key generator throws.
   */
  constructor(policy: Policy, traits: RequestTraits, options: RequestRetryOptions = NO_OPTIONS) {
    this.policy = policy;
    this.#options = options;
    const settings = options === NO_OPTIONS ? policy.settings : overrideSettings(policy.settings, options);
    this.#request = RequestState.of(traits, settings, options, policy.clock);
    const attemptTimeoutMs = options.attemptTimeoutMs ?? this.#request.rule?.attemptTimeoutMs;
    this.settings = attemptTimeoutMs === undefined ? settings : { ...settings, attemptTimeoutMs };
    this.#events = settings.onEvent && new EventSource(this, settings.onEvent);
    this.#startMs = this.#attemptStartMs = this.#endMs = policy.clock.now();
  }

  get clock(): Clock {
    return this.policy.clock;
  }

  /** Identifies the operation in this process. */
  get id(): string {
    this.#id ??= nextId(this.clock);
    return this.#id;
  }

  /** The request that judgements are about: of all that were sent, the one that permits least. */
  get traits(): RequestTraits {
    return this.#request.traits;
  }

  /** The headers that carry the idempotency key, for the origin only and the same on every attempt. */
  get keyHeaders(): OperationKey['headers'] {
    return this.#request.keyHeaders;
  }

  /** Whether a second copy does no harm, whatever became of the first. */
  get repeatable(): boolean {
    return this.#request.permissiveness > 0;
  }

  /** The number of the attempt that would be sent next, counted from 1. */
  get nextAttempt(): number {
    return this.#log.count + 1;
  }

  /** Whether the first attempt is about to be sent, and nothing has waited. */
  get startsNow(): boolean {
    return this.#log.count === 0 && !this.#held;
  }

  /** The last decision: why the operation goes on, or ended. */
  get decision(): Decision {
    return this.#decision;
  }

  /** Milliseconds left until the deadline, or undefined if there is none. */
  get remainingMs(): number | undefined {
    const { deadlineMs } = this.settings;
    return deadlineMs === undefined ? undefined : deadlineMs - (this.clock.now() - this.#startMs);
  }

  /** The first attempt waits at the gate for `waitMs` milliseconds. */
  hold(waitMs: number): void {
    this.#held = true;
    this.#events?.held(waitMs);
  }

  /** An attempt is about to be sent. */
  begin(): void {
    if (!this.startsNow) this.#attemptStartMs = this.clock.now();
    this.#events?.attemptStarts(this.nextAttempt);
  }

  /**
   * The client sends another request than the first one, because a hook replaced it. From now on judgements are about the one
   * that permits less.
   *
   * @param settings - Whose rules apply: those of a client inside, if it has a policy of its own.
   */
  replaceRequest(traits: RequestTraits, settings: Settings = this.settings): void {
    const replaced = this.#request.replacedBy(traits, settings);
    if (replaced.permissiveness < this.#request.permissiveness) this.#request = replaced;
  }

  /** The attempt ended with this outcome. Records it, and decides what follows. A callback that throws ends the operation. */
  judge(reported: Outcome, end: AttemptEnd): Decision {
    const nowMs = this.clock.now();
    // Only the signal knows: some runtimes throw AbortError without an abort, and others throw anything after one.
    const outcome: Outcome =
      reported.type === 'failure' && end.aborted ? { ...reported, kind: 'caller-abort' } : reported;
    if (end.keyRemoved) this.#keyRemoved = true;
    const decision = this.#decide(outcome, end, nowMs);
    const attempt = {
      number: this.nextAttempt,
      startMs: this.#attemptStartMs - this.#startMs,
      durationMs: nowMs - this.#attemptStartMs,
      outcome,
      delivery: deliveryOfOutcome(outcome, this.settings),
      decision,
    };
    this.#log.attempts.push(attempt);
    this.#endMs = nowMs;
    this.#decision = decision;
    this.#events?.attemptEnded(attempt);
    return decision;
  }

  /** Whether this outcome would be followed by another attempt. Changes nothing, and does not ask `shouldRetry`. */
  wouldRetry(outcome: Outcome, end: AttemptEnd): boolean {
    return wouldRetry(this.#ended(outcome, end, this.clock.now()));
  }

  /** The operation ends otherwise than by its last attempt: the caller gave up, a timer came too late, or a body did not. */
  abandon(reason: 'aborted' | 'deadline-over' | 'body-not-replayable'): void {
    this.#endMs = this.clock.now();
    this.#decision = { action: 'stop', reason };
  }

  /** The caller's `confirm` found out the effect. */
  confirm(effect: Exclude<Effect, 'maybe-applied'>): void {
    this.#confirmed = effect;
    this.#endMs = this.clock.now();
  }

  /** The operation is over, with this response or error: `reportOf` finds its report from now on. */
  settle<Settled>(settled: Settled): Settled {
    rememberReport(settled, this);
    if (!this.#settled) this.#events?.operationEnds();
    this.#settled = true;
    return settled;
  }

  /** The error that the caller gets: one that may have been processed outranks a later one that certainly was not. */
  get error(): unknown {
    const failure = this.#log.error;
    return failure ? failure.error : this.limitError('deadline');
  }

  /** The error of an attempt, or of the operation, that took too long. */
  limitError(kind: 'attempt-timeout' | 'deadline'): TimeLimitError {
    const { deadlineMs, attemptTimeoutMs } = this.settings;
    return new TimeLimitError(kind, this.traits, (kind === 'deadline' ? deadlineMs : attemptTimeoutMs) ?? 0, this);
  }

  /** What became of the operation so far. */
  report(): Report {
    return reportFrom({
      id: this.id,
      request: this.#request,
      attempts: this.#log.attempts,
      decision: this.#decision,
      confirmed: this.#confirmed,
      callbackError: this.#callbackError,
      elapsedMs: this.#endMs - this.#startMs,
      earlierDoubt: this.#options.earlier !== undefined,
      showQuery: this.settings.showQuery,
    });
  }

  #decide(outcome: Outcome, end: AttemptEnd, nowMs: number): Decision {
    // Where nothing is known about any origin, a success changes nothing.
    if (isPlainSuccess(outcome, end, this.#request) && this.policy.pacing.isIdle) return SUCCEEDED;
    try {
      return judgeAttempt(this.#ended(outcome, end, nowMs));
    } catch (error) {
      this.#callbackError = error;
      return CALLBACK_FAILED;
    }
  }

  #ended(outcome: Outcome, end: AttemptEnd, nowMs: number): EndedAttempt {
    return {
      policy: this.policy,
      settings: this.settings,
      request: this.#request,
      earlier: this.#options.earlier,
      log: this.#log,
      keyRemoved: this.#keyRemoved,
      outcome,
      end,
      startMs: this.#startMs,
      nowMs,
    };
  }
}
