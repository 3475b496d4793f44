import type { Decision, StopDecision } from '../decision/decision.ts';
import type { Outcome } from '../decision/outcome.ts';
import type { StopReason } from '../decision/reason.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { Effect } from '../effect/effect.ts';
import { deliveryOfOutcome } from '../effect/outcome-delivery.ts';
import type { Report } from '../effect/report.ts';
import type { OperationKey } from '../keys/operation-key.ts';
import type { RequestRetryOptions } from '../options/options.ts';
import type { Settings } from '../options/settings.ts';
import type { Clock } from './clock.ts';
import { type EventSource, openEvents } from './events.ts';
import { type AttemptEnd, judgeAttempt, wouldRetry } from './judgement.ts';
import { addRival, chooseLeast } from './least-request.ts';
import { nextId } from './operation-id.ts';
import { type OperationState, openState } from './operation-state.ts';
import { outcomeAsStated } from './outcome-as-stated.ts';
import type { OuterLoop } from './outer-loop.ts';
import type { EndedOperation } from './outer-retries.ts';
import type { Policy } from './policy.ts';
import { reportFrom } from './report-from.ts';
import { rememberReport } from './reports.ts';

const CALLBACK_FAILED: StopDecision = /* @__PURE__ */ Object.freeze({ action: 'stop', reason: 'callback-failed' });

/**
 * Tracks one operation and decides what follows each attempt. It performs no I/O. The client reports attempts and follows
 * the decisions. Whatever loop the
 * client has drives it. What a call does not use, it does not create.
 */
export class Operation {
  readonly #state: OperationState;
  readonly #events: EventSource | undefined;
  #held = false;
  #settled = false;
  #id: string | undefined;

  /**
   * @param given - The caller's options for this request.
   * @param outer - The loop above this client (see `openOperation`).
   * @param body - The request body, if it can be compared: text or bytes.
   * @param sent - The body as protocols read it: text, bytes, or a function that returns what is sent.
   * @throws {TypeError | RangeError} For an option that is not allowed, or a key that cannot be sent.
   * @throws {CallbackError} If a rule, a key generator or a protocol throws.
   */
  constructor(
    policy: Policy,
    traits: RequestTraits,
    given?: RequestRetryOptions,
    outer?: OuterLoop,
    body?: unknown,
    sent: unknown = body,
  ) {
    this.#state = openState(policy, traits, given, outer, body, sent);
    this.#events = openEvents(this);
  }

  get policy(): Policy {
    return this.#state.policy;
  }

  get settings(): Settings {
    return this.#state.settings;
  }

  get clock(): Clock {
    return this.#state.policy.clock;
  }

  /** Identifies the operation in this process. */
  get id(): string {
    this.#id ??= nextId(this.clock);
    return this.#id;
  }

  /** The request that is judged. If several were sent, it is the strictest one. */
  get traits(): RequestTraits {
    return this.#state.request.traits;
  }

  /** The headers that carry the idempotency key, for the origin only and the same on every attempt. */
  get keyHeaders(): OperationKey['headers'] {
    return this.#state.request.keyHeaders;
  }

  /** Whether a duplicate is harmless, regardless of the first attempt. Asks the protocols. */
  get repeatable(): boolean {
    return chooseLeast(this.#state).permissiveness > 0;
  }

  /** Whether a duplicate may turn out to be harmless, so that the body must be kept. Asks nobody. */
  get mayRepeat(): boolean {
    const { request } = this.#state;
    return request.isUnread || request.knownPermissiveness > 0;
  }

  /** The operation that this one repeats, if nothing must be sent. See {@link OuterLoop.refusal}. */
  get refusal(): EndedOperation | undefined {
    const { outer, settings, startMs } = this.#state;
    return outer?.repeats && outer.refusal(this.repeatable, settings.maxAttempts, startMs);
  }

  /** The number of the attempt that would be sent next, counted from 1. */
  get nextAttempt(): number {
    return this.#state.log.count + 1;
  }

  /** Whether the first attempt is about to be sent without any wait. */
  get startsNow(): boolean {
    return this.#state.log.count === 0 && !this.#held;
  }

  /** The last decision, with the reason why the operation continues or ended. */
  get decision(): Decision {
    return this.#state.decision;
  }

  /** Milliseconds left until the deadline, or undefined without a deadline. */
  get remainingMs(): number | undefined {
    const { settings, startMs } = this.#state;
    return settings.deadlineMs === undefined ? undefined : settings.deadlineMs - (this.clock.now() - startMs);
  }

  /** The failure to throw. Prefers the last failure that might have been processed over a later one that certainly wasn't. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#state.log.failure;
  }

  /** The first attempt waits at the gate for `waitMs` milliseconds. */
  hold(waitMs: number): void {
    this.#held = true;
    this.#events?.held(waitMs);
  }

  /** An attempt is about to be sent. */
  begin(): void {
    if (!this.startsNow) this.#state.attemptStartMs = this.clock.now();
    this.#events?.attemptStarts(this.nextAttempt);
  }

  /**
   * The client sends another request than the first one, because a hook replaced it. From now on judgements are about the one
   * that permits less.
   *
   * @param body - Its body, if it can be read: text, bytes, or a function that returns what is sent.
   * @param settings - The policy whose rules apply, such as that of a nested client.
   */
  replaceRequest(traits: RequestTraits, body: unknown, settings: Settings = this.settings): void {
    addRival(this.#state, this.#state.request.replacedBy(traits, settings, body));
  }

  /** The attempt ended with this outcome. Records it, and decides what follows. A callback that throws ends the operation. */
  judge(seen: Outcome, end: AttemptEnd): Decision {
    const state = this.#state;
    const nowMs = this.clock.now();
    const outcome = outcomeAsStated(seen, this.settings, end.aborted);
    if (end.keyRemoved) state.keyRemoved = true;
    try {
      state.decision = judgeAttempt(state, outcome, end, nowMs);
    } catch (error) {
      state.callbackError = error;
      state.decision = CALLBACK_FAILED;
    }
    state.endMs = nowMs;
    const attempt = state.log.add({
      outcome,
      startMs: state.attemptStartMs - state.startMs,
      durationMs: nowMs - state.attemptStartMs,
      delivery: deliveryOfOutcome(outcome, state.settings),
      decision: state.decision,
    });
    this.#events?.attemptEnded(attempt);
    return state.decision;
  }

  /** Whether this outcome would be followed by another attempt. Has no side effects and doesn't call `shouldRetry`. */
  wouldRetry(outcome: Outcome, end: AttemptEnd): boolean {
    return wouldRetry(this.#state, outcomeAsStated(outcome, this.settings, false), end, this.clock.now());
  }

  /** The operation ends otherwise than by its last attempt, for instance because the caller gave up. */
  abandon(reason: StopReason): void {
    this.#state.endMs = this.clock.now();
    this.#state.decision = Object.freeze({ action: 'stop', reason });
  }

  /** The caller's `confirm` found out the effect. */
  confirm(effect: Exclude<Effect, 'maybe-applied'>): void {
    this.#state.confirmed = effect;
    this.#state.endMs = this.clock.now();
  }

  /**
   * Ends the operation with this response or error. From now on, `reportOf` finds its report.
   *
   * @param snapshot - Makes what gives the outcome again, for a loop above. Without it, `settled` is thrown.
   */
  settle<Settled>(settled: Settled, snapshot?: () => () => unknown): Settled {
    rememberReport(settled, this);
    if (this.#settled) return settled;
    this.#settled = true;
    this.#events?.operationEnds();
    const { outer, endMs, request, rivals, log } = this.#state;
    for (const each of [request, ...rivals.splice(0)]) each.release();
    if (!outer?.endsWith(this.decision.reason)) return settled;
    const doubtful = this.report().effect === 'maybe-applied';
    const outcome = snapshot?.() ?? (() => Promise.reject(settled));
    outer.record({ endedMs: endMs, attempts: log.count, doubtful, key: request.key?.value, outcome });
    return settled;
  }

  /** What became of the operation so far. */
  report(): Report {
    return reportFrom(this.#state, this.id);
  }
}
