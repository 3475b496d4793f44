import type { Clock } from '@twicesafe/core';
import {
  attemptHeaders,
  type Client,
  type FailureOutcome,
  gateDelayMs,
  Nesting,
  type Operation,
  type ResponseOutcome,
  runOperation,
} from '@twicesafe/core/adapter';
import { anySignal, hasSeveralWrapped } from '@twicesafe/evidence';
import type { AttemptCall } from './attempt-call.ts';
import { Caller } from './caller.ts';
import { textOf } from './decoded.ts';
import { withHeaders } from './headers.ts';
import { isAborted } from './on-abort.ts';
import type { DispatchOptions } from './options.ts';
import { UndiciAttempt } from './undici-attempt.ts';
import type { UndiciRequest } from './undici-request.ts';

/** The `Client` of one `dispatch` call. Dispatches its attempts, and knows what their outcomes mean. */
export class UndiciCall implements Client<UndiciAttempt>, AttemptCall {
  readonly caller: Caller;
  readonly #operation: Operation;
  readonly #request: UndiciRequest;
  #attempt: UndiciAttempt | undefined;
  #nesting: Nesting | undefined;
  #started = false;
  #leftOrigin = false;
  /** Whether a body could not be made. */
  #bodyFailed = false;

  constructor(operation: Operation, request: UndiciRequest) {
    this.#operation = operation;
    this.#request = request;
    this.caller = new Caller(request.handler, (reason) => this.cut(reason));
  }

  get signal(): AbortSignal | undefined {
    return this.caller.signal;
  }

  get method(): string {
    return this.#operation.traits.method;
  }

  get mayChange(): boolean {
    return this.#operation.mayChange;
  }

  get url(): string {
    return this.#operation.traits.url;
  }

  get origin(): string {
    return this.#request.origin;
  }

  get keyHeaders(): Operation['keyHeaders'] {
    return this.#operation.privateHeaders;
  }

  get bodyMayHaveFailed(): boolean {
    return this.#request.body.mayHaveFailed;
  }

  get clock(): Clock {
    return this.#operation.clock;
  }

  get repeatable(): boolean {
    return this.#operation.repeatable;
  }

  /** A response is read within the attempt only if the request may be sent again. */
  get holdBytes(): number {
    return this.#operation.mayRepeat ? this.#operation.settings.bufferResponseBytes : 0;
  }

  get bodyUsed(): boolean {
    return this.#request.body.used(this.#started);
  }

  get keyRemoved(): boolean {
    return this.#leftOrigin;
  }

  /** Runs the operation. Returns whether the dispatcher takes more requests after the first attempt. */
  run(): boolean {
    if (this.#operation.settings.confirm) this.caller.prepareSignal();
    if (gateDelayMs(this.#operation) > 0 || isAborted(this.#request.given.signal)) this.caller.prepareToWait();
    runOperation<UndiciAttempt>(this.#operation, this)
      .then(
        (attempt) => {
          // Undici 7 gives its callers another object of headers, but this context.
          this.#operation.settle(this.caller.context);
          this.caller.reads(attempt.relay);
          attempt.handOver();
        },
        (error: Error) => this.caller.fail(error),
      )
      // The caller's own handler threw. Undici, too, lets such an error reach the process.
      .catch((error: unknown) => queueMicrotask(() => rethrow(error)));
    return this.#attempt?.accepted ?? true;
  }

  send(): Promise<UndiciAttempt> {
    const options = this.#nextOptions();
    const attempt = new UndiciAttempt(this, this.#attempt);
    this.#attempt = attempt;
    const send = (): Promise<UndiciAttempt> => attempt.send(this.#request.dispatch, options);
    if (hasSeveralWrapped()) this.#nesting ??= new Nesting(this.#operation, this.#request.options.body);
    const sent = this.#nesting ? this.#nesting.send(send) : send();
    this.caller.listen(this.#request.given.signal);
    return sent;
  }

  cut(error: Error): void {
    this.#attempt?.close(error);
  }

  outcome(attempt: UndiciAttempt): ResponseOutcome {
    this.#see(attempt);
    // Nothing more of the response is needed until `confirm` has looked.
    if (this.#operation.settings.confirm) attempt.relay.pause();
    const outcome = attempt.outcome();
    if (outcome.status === 401 && this.#operation.mayRenew) {
      attempt.relay.pause();
      this.caller.prepareToWait();
    }
    return outcome;
  }

  look({ relay, responseHeaders }: UndiciAttempt, maxBytes: number, signal: AbortSignal): Promise<string | undefined> {
    this.caller.prepareToWait();
    // The connection may ignore the abort of a caller who gives up.
    const end = anySignal([signal, this.caller.prepareSignal().signal]);
    return relay.look(maxBytes, end).then((bytes) => bytes && textOf(bytes, responseHeaders, maxBytes));
  }

  failure(error: unknown): FailureOutcome {
    const attempt = this.#attempt;
    if (this.#bodyFailed || !attempt)
      return { type: 'failure', kind: 'programmer-error', delivery: 'never-sent', error };
    this.#see(attempt);
    const outcome = attempt.failure(error);
    const end = { aborted: this.signal?.aborted ?? false, bodyUsed: this.bodyUsed, keyRemoved: this.keyRemoved };
    if (this.#operation.wouldRetry(outcome, end)) this.caller.prepareToWait();
    return outcome;
  }

  keep({ relay }: UndiciAttempt): () => boolean {
    this.caller.prepareToWait();
    relay.drain();
    return () => {
      if (!relay.complete) relay.discard();
      return relay.complete;
    };
  }

  discard({ relay }: UndiciAttempt): void {
    relay.discard();
  }

  settled(attempt: UndiciAttempt): object {
    return attempt.responseHeaders;
  }

  #see({ started, leftOrigin }: UndiciAttempt): void {
    this.#started ||= started;
    this.#leftOrigin ||= leftOrigin;
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
      this.#bodyFailed = true;
      throw error;
    }
  }
}

const rethrow = (error: unknown): never => {
  throw error;
};
