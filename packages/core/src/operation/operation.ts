import type { Look } from '../decision/body-judge.ts';
import type { Decision, StopDecision } from '../decision/decision.ts';
import type { Outcome } from '../decision/outcome.ts';
import type { StopReason } from '../decision/reason.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { Attempt } from '../effect/attempt.ts';
import type { Effect } from '../effect/effect.ts';
import { deliveryOfOutcome } from '../effect/outcome-delivery.ts';
import type { Report } from '../effect/report.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import type { Settings } from '../options/settings.ts';
import { type EventSource, openEvents } from './events.ts';
import { type AttemptEnd, judgeAttempt, wouldRetry } from './judgement.ts';
import { addRival, chooseLeast, NO_RIVALS } from './least-request.ts';
import { OperationFacts } from './operation-facts.ts';
import { openState } from './operation-state.ts';
import { outcomeAsStated } from './outcome-as-stated.ts';
import type { OuterLoop } from './outer-loop.ts';
import type { Policy } from './policy.ts';
import { reportFrom } from './report-from.ts';
import { rememberReport } from './reports.ts';

const CALLBACK_FAILED: StopDecision = /* @__PURE__ */ Object.freeze({ action: 'stop', reason: 'callback-failed' });

/**
 * Tracks one operation and decides what follows each attempt, without I/O. The client reports attempts and follows
 * the decisions, in whatever loop it has. What a call does not use, it does not create.
 */
export class Operation extends OperationFacts {
  readonly #events: EventSource | undefined;
  #settled = false;

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
    super(openState(policy, traits, given, outer, body, sent));
    this.#events = openEvents(this);
  }

  /** The first attempt waits at the gate for `waitMs` milliseconds. */
  hold(waitMs: number): void {
    this.held = true;
    this.#events?.held(waitMs);
  }

  /** An attempt is about to be sent. */
  begin(): void {
    if (!this.startsNow) this.state.attemptStartMs = this.clock.now();
    this.#events?.attemptStarts(this.nextAttempt);
  }

  /**
   * The client sends another request than the first one, because a hook replaced it. From now on judgements are about
   * the one that permits less.
   *
   * @param body - Its body, if it can be read: text, bytes, or a function that returns what is sent.
   * @param settings - The policy whose rules apply, such as that of a nested client.
   */
  replaceRequest(traits: RequestTraits, body: unknown, settings: Settings = this.settings): void {
    addRival(this.state, this.state.request.replacedBy(traits, settings, body));
  }

  /** Records how an attempt ended, and decides what follows. A callback that throws ends the operation. */
  judge(seen: Outcome, end: AttemptEnd): Decision {
    const state = this.state;
    const nowMs = this.clock.now();
    const outcome = outcomeAsStated(seen, this.settings, end.aborted);
    if (end.keyRemoved) state.keyRemoved = true;
    try {
      state.decision = state.callbackError === undefined ? judgeAttempt(state, outcome, end, nowMs) : CALLBACK_FAILED;
    } catch (error) {
      state.callbackError = error;
      state.decision = CALLBACK_FAILED;
    }
    state.endMs = nowMs;
    const attempt: Attempt = {
      number: this.nextAttempt,
      startMs: state.attemptStartMs - state.startMs,
      durationMs: nowMs - state.attemptStartMs,
      outcome,
      delivery: deliveryOfOutcome(outcome, state.settings),
      decision: state.decision,
    };
    state.log.add(attempt);
    this.#events?.attemptEnded(attempt);
    return state.decision;
  }

  /**
   * Examines an outcome before it is judged. After a 401, waits for a new credential.
   *
   * @param signal - The caller's signal, which ends the wait.
   * @returns The outcome to judge, or undefined if this one is complete.
   */
  examine(outcome: Outcome, end: AttemptEnd, signal: AbortSignal | undefined): Promise<Outcome> | undefined {
    const { credential } = this.state;
    if (!credential) return undefined;
    const { clock, remainingMs, settings } = this;
    return credential.renewed(outcomeAsStated(outcome, settings, false), end, { clock, remainingMs, signal });
  }

  /**
   * Reads the body of a response, if a rule or a protocol judges it. After `examine`.
   *
   * @param signal - The caller's signal, which ends the wait.
   * @param timeoutMs - The limit of the attempt, if it is the client's own.
   * @returns The outcome to judge, or undefined unless a judge asks for the body.
   */
  readBody(
    outcome: Outcome,
    look: Look,
    signal: AbortSignal | undefined,
    timeoutMs: number = Number.POSITIVE_INFINITY,
  ): Promise<Outcome> | undefined {
    if (!this.mayJudge || outcome.type === 'failure' || outcome.status < 200 || signal?.aborted) return undefined;
    const { state, clock, settings, remainingMs = settings.retryWindowMs } = this;
    const { attemptTimeoutMs = timeoutMs } = settings;
    const attemptMs = Math.min(attemptTimeoutMs, timeoutMs) - (clock.now() - state.attemptStartMs);
    const limits = { clock, signal, remainingMs: Math.max(0, Math.min(remainingMs, attemptMs)) };
    const failed = (error: unknown): Outcome => {
      state.callbackError = error ?? new Error('A judge failed');
      return outcome;
    };
    try {
      const response = Object.freeze({ status: outcome.status, headers: outcome.headers });
      const judges = chooseLeast(state).judgesOf(response);
      return judges[0]?.askAll(judges, response, look, limits).then((answer) => {
        const refused = answer?.refused === undefined ? outcome.refused : true;
        return answer ? { ...outcome, answer, ...(refused && { refused }) } : outcome;
      }, failed);
    } catch (error) {
      return Promise.resolve(failed(error));
    }
  }

  /** Whether another attempt would follow this outcome. Has no side effects, and doesn't call `shouldRetry`. */
  wouldRetry(outcome: Outcome, end: AttemptEnd): boolean {
    return wouldRetry(this.state, outcomeAsStated(outcome, this.settings, false), end, this.clock.now());
  }

  /** The operation ends otherwise than by its last attempt, for instance because the caller gave up. */
  abandon(reason: StopReason): void {
    this.state.endMs = this.clock.now();
    this.state.decision = Object.freeze({ action: 'stop', reason });
  }

  /** The caller's `confirm` found out the effect. */
  confirm(effect: Exclude<Effect, 'maybe-applied'>): void {
    this.state.confirmed = effect;
    this.state.endMs = this.clock.now();
  }

  /**
   * Ends the operation with this response or error. From now on, `reportOf` finds its report.
   *
   * @param snapshot - Makes what gives the outcome again, for a loop above. Without it, `settled` is thrown.
   */
  settle<Settled>(settled: Settled, snapshot?: () => (() => unknown) | undefined): Settled {
    rememberReport(settled, this);
    if (this.#settled) return settled;
    this.#settled = true;
    this.#events?.operationEnds();
    const { outer, startMs: firstMs, endMs, request, log } = this.state;
    this.state.rivals = NO_RIVALS;
    request.release();
    if (!outer?.endsWith(this.decision.reason)) return settled;
    const doubtful = this.report().effect === 'maybe-applied';
    const outcome = snapshot?.() ?? (() => Promise.reject(settled));
    outer.record({ firstMs, endedMs: endMs, attempts: log.count, doubtful, key: request.key?.value, outcome });
    return settled;
  }

  /** Whether the caller has the response or the error. */
  get isOver(): boolean {
    return this.#settled;
  }

  /** What became of the operation so far. */
  report(): Report {
    return reportFrom(this.state, this.id);
  }
}
