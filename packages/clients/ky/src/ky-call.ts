import {
  abortReason,
  confirmEffect,
  enclosing,
  gateDelayMs,
  mayBeNested,
  Nesting,
  type Operation,
  type Policy,
  waitForGate,
} from '@twicesafe/core/adapter';
import { discardResponse, type FetchInit, hasSeveralWrapped, isOwnFetch } from '@twicesafe/evidence';
import type { ShouldRetryState } from 'ky';
import { BodyRetries } from './body-retries.ts';
import { decide } from './decide.ts';
import { endedBy, httpResponseOf } from './ky-attempt.ts';
import { KyAttempts, type KyCallOptions } from './ky-attempts.ts';
import { limitErrorBody } from './limit-error-body.ts';
import { refuse } from './refuse.ts';
import { traitsOf } from './traits.ts';

/** One call of ky, with the functions that ky's own loop calls and the result for the caller. */
export class KyCall {
  readonly #policy: Policy;
  readonly #options: KyCallOptions;
  readonly #attempts: KyAttempts;
  readonly #bodies: BodyRetries;
  #nesting: Nesting | undefined;
  /** The operation of a wrapped client around this one. */
  #outer: Nesting | undefined;
  /** Whether a hook forced the next attempt, and left its delay to twicesafe. */
  #forced = false;

  constructor(policy: Policy, options: KyCallOptions) {
    this.#policy = policy;
    this.#options = options;
    this.#attempts = new KyAttempts(policy, options);
    this.#bodies = new BodyRetries(this.#attempts, options);
  }

  /** The method that the caller asked for. */
  get method(): string {
    return this.#attempts.given.method;
  }

  /** Whether `beforeSend` has something to do. */
  get actsBeforeSend(): boolean {
    return this.#attempts.body.isGuarded || this.#policy.settings.originGate === 'all';
  }

  /** ky made the body out of the `json` option. */
  seeJson(json: string): string {
    return this.#attempts.body.see(json);
  }

  /** The first `beforeRequest` hook. */
  start(request: Request): void {
    this.#attempts.first = request;
    this.#outer = mayBeNested() ? enclosing(request) : undefined;
  }

  /** The last `beforeRequest` hook. ky's limits on an attempt start later. */
  async beforeSend(request: Request): Promise<void> {
    if (this.#outer) return;
    const { body, signal, first } = this.#attempts;
    const operation = this.#attempts.operate(request);
    body.guard(request, request === first, operation.mayRepeat);
    const delayMs = gateDelayMs(operation);
    if (delayMs <= 0) return;
    await waitForGate(operation, delayMs, signal);
  }

  /** The `fetch` option, which ky calls once for each attempt. */
  async send(request: Request, init: FetchInit): Promise<Response> {
    if (this.#outer) return this.#passThrough(request, init, this.#outer);
    const { signal, operation, pending } = this.#attempts;
    if (signal?.aborted) throw abortReason(signal);
    // The caller decides about a retry that a hook forces. With a delay of its own, ky never asked for ours.
    const isForced = this.#forced || pending !== undefined;
    // ky's timer comes late when the machine sleeps.
    if (!isForced && operation?.isKeyOver) return this.#endLate(operation);
    const attempt = this.#attempts.begin(request);
    let response: Response;
    try {
      response = await attempt.send(init, (send) => this.#nest(attempt.operation, send));
    } catch (error) {
      const instead = await this.#bodies.insteadOf(error, attempt);
      if (instead) return instead;
      throw error;
    }
    if (attempt.operation.mayJudge) await this.#bodies.read(attempt, response);
    // ky's timeout came first, and the response has no reader.
    if (this.#attempts.pending === attempt) limitErrorBody(this.#attempts, this.#options, attempt, response);
    else if (this.#attempts.response !== response) discardResponse(response);
    return response;
  }

  /** The `retry.shouldRetry` option, which ky calls after every failure until its limit is reached. */
  async shouldRetry(state: ShouldRetryState): Promise<boolean> {
    if (this.#bodies.takeDecision()) return true;
    const { pending } = this.#attempts;
    // ky failed by itself, before or after the attempt.
    if (!pending) return false;
    const decision = await decide(this.#attempts, this.#options, pending, state);
    return decision?.action === 'retry';
  }

  /** The `retry.delay` option, which ky calls right after `shouldRetry`, and when a hook forces a retry. */
  delay(): number {
    // Where a hook forced it, the attempt is not judged yet.
    this.#forced = this.#attempts.judge(undefined) !== undefined;
    const { operation } = this.#attempts;
    if (!operation || operation.settings.skipWaits) return 0;
    const { decision, settings, clock, nextAttempt, traits } = operation;
    if (decision.action === 'retry') return decision.waitMs;
    const gateMs = this.#policy.pacing.gateMs(traits.url, clock.random(), clock.now());
    return Math.max(gateMs, settings.backoff(nextAttempt - 1, clock.random(), 0));
  }

  /** The first `beforeError` hook, which chooses the error for the caller's hooks. */
  selectError(error: Error): Error {
    const attempts = this.#attempts;
    attempts.judgeLast(error);
    const { signal } = attempts;
    if (!signal?.aborted) return attempts.outranks(error) ?? error;
    const reason = abortReason(signal, { kind: 'caller-abort', error });
    // ky leaves what is not an Error as it is.
    if (!(reason instanceof Error)) throw reason;
    return reason;
  }

  /** Follows ky's promise to its end, whatever hooks do in between. */
  async settle<Settled>(result: Promise<Settled>): Promise<Settled> {
    let settled: Settled;
    try {
      settled = await result;
    } catch (error) {
      // ky refused it before any hook.
      if (!this.#attempts.first) this.refuse(error);
      this.#attempts.judgeLast(error);
      throw await this.#conclude(error, this.#attempts.signal?.aborted ? 'aborted' : endedBy(error));
    }
    this.#attempts.judge(undefined, { accepted: true, aborted: false });
    return this.#conclude(settled, settled === undefined ? 'caller-veto' : 'accepted');
  }

  /** ky refused to build the request. */
  refuse(error: unknown): void {
    refuse(this.#attempts, error);
  }

  /** An error that came after the response, when its body was read. */
  remember(error: unknown): void {
    this.#attempts.operation?.settle(error);
  }

  /** @param otherwise - Why the operation is over, if it is not by its last attempt. */
  async #conclude<Settled>(settled: Settled, otherwise: Parameters<Operation['abandon']>[0]): Promise<Settled> {
    const operation = this.#outer ? undefined : this.#attempts.concluded;
    if (!operation) return settled;
    const { signal, response } = this.#attempts;
    const { action, reason } = operation.decision;
    if (action === 'retry' || reason === 'accepted' || operation.nextAttempt === 1) operation.abandon(otherwise);
    if (operation.settings.confirm && !signal?.aborted) {
      await confirmEffect(operation, signal);
      if (signal?.aborted) throw this.#giveUp(operation, signal);
    }
    for (const each of [settled, httpResponseOf(settled), response]) operation.settle(each);
    return settled;
  }

  /** The server may have forgotten the key. Answers with what is in hand. */
  #endLate(operation: Operation): Response {
    operation.abandon('key-window-over');
    if (this.#bodies.kept) return this.#bodies.kept;
    throw this.#attempts.inHand ?? new Error('The time in which the server knows the idempotency key is over');
  }

  /** The caller gave up while its `confirm` was running. */
  #giveUp(operation: Operation, signal: AbortSignal): unknown {
    operation.abandon('aborted');
    return operation.settle(abortReason(signal));
  }

  /** A wrapped client around this one retries, so this one sends once, and adds what its policy says. */
  #passThrough(request: Request, init: FetchInit, outer: Nesting): Promise<Response> {
    const { requestOptions } = this.#options;
    const content = this.#attempts.contentOf(request);
    const headers = outer.passThrough(this.#policy, traitsOf(request), content, requestOptions);
    for (const [name, value] of headers) request.headers.set(name, value);
    return this.#options.fetch(request, init);
  }

  #nest(operation: Operation, send: () => Promise<Response>): Promise<Response> {
    if (isOwnFetch(this.#options.fetch) || !hasSeveralWrapped()) return send();
    this.#nesting ??= new Nesting(operation, () => this.#attempts.body.content);
    return this.#nesting.send(send);
  }
}
