import {
  attemptHeaders,
  type Client,
  type Clock,
  type FailureOutcome,
  gateDelayMs,
  Nesting,
  type Operation,
  type ResponseOutcome,
  runOperation,
} from '@twicesafe/core';
import { hasSeveralWrapped } from '@twicesafe/evidence';
import type { Dispatcher } from 'undici';
import type { UndiciBody } from './body.ts';
import { withHeaders } from './headers.ts';
import { isAborted, onAbort } from './on-abort.ts';
import type { DispatchOptions } from './options.ts';
import { StableController } from './stable-controller.ts';
import { type AttemptCall, UndiciAttempt } from './undici-attempt.ts';

/** What one call dispatches: the same on every attempt. */
export interface UndiciRequest {
  readonly dispatch: Dispatcher.Dispatch;
  /** As the caller gave them, for the first attempt. */
  readonly given: DispatchOptions;
  /** A copy that nobody can change. */
  readonly options: DispatchOptions;
  readonly origin: string;
  readonly body: UndiciBody;
  readonly handler: Dispatcher.DispatchHandler;
}

/** One call of `dispatch` as an operation's client: dispatches its attempts, and knows what their outcomes mean. */
export class UndiciCall implements Client<UndiciAttempt>, AttemptCall {
  readonly controller: StableController;
  readonly #operation: Operation;
  readonly #request: UndiciRequest;
  #attempt: UndiciAttempt | undefined;
  #nesting: Nesting | undefined;
  #cancellation: AbortController | undefined;
  #context: object | undefined;
  #started = false;
  #leftOrigin = false;
  #handedOver: UndiciAttempt | undefined;
  #stopListening: (() => void) | undefined;
  #callersError: { readonly error: unknown } | undefined;

  constructor(operation: Operation, request: UndiciRequest) {
    this.#operation = operation;
    this.#request = request;
    this.controller = new StableController((reason) => this.#abort(reason));
  }

  get signal(): AbortSignal | undefined {
    return this.#cancellation?.signal;
  }

  get method(): string {
    return this.#operation.traits.method;
  }

  get origin(): string {
    return this.#request.origin;
  }

  get keyHeaders(): Operation['keyHeaders'] {
    return this.#operation.keyHeaders;
  }

  get clock(): Clock {
    return this.#operation.clock;
  }

  get handler(): Dispatcher.DispatchHandler {
    return this.#request.handler;
  }

  get streamBody(): boolean {
    return this.#request.body.stream;
  }

  get holdBytes(): number {
    return this.#operation.repeatable ? this.#operation.settings.bufferResponseBytes : 0;
  }

  get bodyUsed(): boolean {
    return this.#request.body.used(this.#started);
  }

  get keyRemoved(): boolean {
    return this.#leftOrigin;
  }

  /** Runs the operation. Returns what the dispatcher said of the first attempt: whether it takes more requests at once. */
  run(): boolean {
    const { settings } = this.#operation;
    // Only what waits needs a signal: a call that succeeds at once creates none.
    if (settings.confirm) this.#cancelling();
    const waits = settings.originGate === 'all' && gateDelayMs(this.#operation) > 0;
    if (waits || isAborted(this.#request.given.signal)) this.#prepareToWait();
    runOperation<UndiciAttempt>(this.#operation, this)
      .then(
        (attempt) => this.#handOver(attempt),
        (error: Error) => this.#fail(error),
      )
      // The caller's own handler threw. Undici, too, lets such an error reach the process.
      .catch((error: unknown) => queueMicrotask(() => rethrow(error)));
    return this.#attempt?.accepted ?? true;
  }

  send(): Promise<UndiciAttempt> {
    const options = this.#nextOptions();
    const attempt = new UndiciAttempt(this);
    this.#attempt = attempt;
    const send = (): Promise<UndiciAttempt> => attempt.send(this.#request.dispatch, options);
    if (hasSeveralWrapped()) this.#nesting ??= new Nesting(this.#operation);
    const sent = this.#nesting ? this.#nesting.send(send) : send();
    // While a request waits for a connection, its handler has no controller, and hears of an abort too late.
    if (!this.#context) this.#stopListening = onAbort(this.#request.given.signal, () => this.#announce(null));
    return sent;
  }

  cut(error: Error): void {
    this.#attempt?.close(error);
  }

  outcome(attempt: UndiciAttempt): ResponseOutcome {
    this.#leftOrigin ||= attempt.leftOrigin;
    // Nothing more of the response is needed until `confirm` has looked.
    if (this.#operation.settings.confirm) attempt.relay.pause();
    return attempt.outcome();
  }

  failure(error: unknown): FailureOutcome {
    if (this.#callersError) return { type: 'failure', kind: 'programmer-error', delivery: 'never-sent', error };
    const attempt = this.#attempt as UndiciAttempt;
    this.#leftOrigin ||= attempt.leftOrigin;
    const outcome = attempt.failure(error);
    const { bodyUsed, keyRemoved, signal } = this;
    const end = { aborted: signal?.aborted ?? false, bodyUsed, keyRemoved };
    if (this.#operation.wouldRetry(outcome, end)) this.#prepareToWait();
    return outcome;
  }

  keep({ relay }: UndiciAttempt): () => boolean {
    this.#prepareToWait();
    relay.drain();
    return () => {
      if (relay.complete) return true;
      relay.discard();
      return false;
    };
  }

  discard({ relay }: UndiciAttempt): void {
    relay.discard();
  }

  settled(attempt: UndiciAttempt): object {
    return attempt.responseHeaders;
  }

  started(attempt: UndiciAttempt, context: unknown): void {
    this.#started = true;
    this.controller.follow(attempt.relay);
    this.#announce(context);
  }

  abandoned(reason: unknown): void {
    this.#cancelling().abort(reason);
  }

  /** The caller's handler is told of one start only, and before anything that waits: it needs the controller to give up. */
  #announce(context: unknown): void {
    this.#stopListening?.();
    if (this.#context) return void Object.assign(this.#context, context);
    this.#context = { ...(context as object | null) };
    this.handler.onRequestStart?.(this.controller, this.#context);
  }

  #prepareToWait(): void {
    this.#cancelling();
    this.#announce(null);
  }

  #cancelling(): AbortController {
    this.#cancellation ??= new AbortController();
    return this.#cancellation;
  }

  #abort(reason: Error): void {
    if (this.#handedOver) return void this.#handedOver.relay.abort(reason);
    this.#cancelling().abort(reason);
    this.#attempt?.close(reason);
  }

  #handOver(attempt: UndiciAttempt): void {
    this.#stopListening?.();
    this.#handedOver = attempt;
    attempt.handOver();
  }

  #fail(error: Error): void {
    this.#stopListening?.();
    // Undici gives no controller, either, for a request that never started.
    this.handler.onResponseError?.(this.#context ? this.controller : (null as never), error);
  }

  /** The caller's own options the first time, or a copy with what this attempt adds. */
  #nextOptions(): DispatchOptions {
    const { given, options, body } = this.#request;
    const added = attemptHeaders(this.#operation);
    try {
      const next = body.next() as NonNullable<DispatchOptions['body']> | null;
      if (this.#operation.nextAttempt === 1 && added.length === 0 && next === given.body) return given;
      return { ...options, body: next, headers: withHeaders(options.headers, added) };
    } catch (error) {
      this.#callersError = { error };
      throw error;
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}
