import {
  type AttemptEnd,
  confirmEffect,
  type FailureKind,
  methodSemantics,
  Operation,
  type Outcome,
  passGate,
  type RequestRetryOptions,
  type RetryPolicy,
} from '@twicesafe/core';
import { bufferResponse, type DispatchWatch, deliveryOfCall, failureKindOf, watchDispatch } from '@twicesafe/evidence';
import { isHTTPError, isTimeoutError, type Options, type ShouldRetryState } from 'ky';

/** What a call of ky was made with, as far as it matters to its retries. */
export interface KyCallOptions {
  readonly fetch: NonNullable<Options['fetch']>;
  readonly throwHttpErrors: Options['throwHttpErrors'];
  /** The caller's own signal, not the one that ky makes of it. */
  readonly signal: AbortSignal | undefined;
  /** The caller's own word on retries. It can forbid one, and never allow it. */
  readonly shouldRetry: ((state: ShouldRetryState) => unknown) | undefined;
  readonly word: RequestRetryOptions;
  /** Whether the body can be sent only once. */
  readonly bodyUsed: boolean;
  /** Whether hooks of the caller's see every response, and may do with it what they like. */
  readonly responseHooks: boolean;
  /** Whether ky's input may bring a dispatcher of its own, which nobody can ask it for. */
  readonly ownDispatcher: boolean;
}

/** An attempt that is not judged yet: ky runs hooks before it asks. */
interface PendingAttempt {
  readonly request: Request;
  readonly watch: DispatchWatch | undefined;
  outcome?: Outcome;
  /** Stops the clock of the error body. */
  bodyRead?: () => void;
}

/** ky reads the body of an error before it asks for a retry. One that takes longer is not waited for. */
const ERROR_BODY_MS = 1000;

/** One call of ky as an operation. ky's own loop tells it of every attempt, and asks it what follows. */
export class KyCall {
  readonly #policy: RetryPolicy;
  readonly #options: KyCallOptions;
  #operation: Operation | undefined;
  #attempt: PendingAttempt | undefined;
  #waitMs: number | undefined;
  /** A response that ky accepts, whose effect may be in doubt. */
  #unconfirmed: Response | undefined;
  /** ky's error for the last attempt that was judged. */
  #lastError: unknown;

  constructor(policy: RetryPolicy, options: KyCallOptions) {
    this.#policy = policy;
    this.#options = options;
  }

  /** A `beforeRequest` hook, needed only while some origin wants a pause: none of ky's timeouts for an attempt is running. */
  async passGate(request: Request): Promise<void> {
    await passGate(this.#operate(request), this.#options.signal);
  }

  /** The `fetch` option: ky calls it once for each attempt. */
  async send(request: Request, init: RequestInit & { dispatcher?: unknown }): Promise<Response> {
    const operation = this.#begin(request);
    const { fetch, ownDispatcher } = this.#options;
    const watched = !methodSemantics(request.method).safe && (!ownDispatcher || init.dispatcher !== undefined);
    const watch = watched ? watchDispatch(init.dispatcher, operation.fields) : undefined;
    const attempt: PendingAttempt = { request, watch };
    this.#attempt = attempt;
    const cut = new AbortController();
    const signal = AbortSignal.any([request.signal, cut.signal]);
    let response: Response | undefined;
    try {
      response = await fetch(request, { ...init, signal, ...(watch && { dispatcher: watch }) });
      await bufferResponse(response, operation.settings.bufferResponseBytes);
    } catch (error) {
      attempt.outcome = failure(attempt, response ? 'truncated-body' : failureKindOf(error), error);
      throw error;
    }
    attempt.outcome = { type: 'response', status: response.status, headers: response.headers };
    if (this.#attempt !== attempt) {
      // ky's timeout came first, and nobody waits for this any more.
      response.body?.cancel().catch(() => {});
    } else if (this.#accepts(response)) {
      this.#judge(attempt.outcome, undefined, true);
      // Whoever looks takes time, and here ky's timeout of the attempt is running.
      if (operation.settings.confirm) this.#unconfirmed = response;
      else operation.settle(response);
    } else if (!this.#options.responseHooks && operation.foresees(attempt.outcome, this.#end(false))) {
      attempt.bodyRead = operation.clock.after(ERROR_BODY_MS, () => cut.abort());
    }
    return response;
  }

  /** An `afterResponse` hook, needed only where somebody offered to look. */
  async confirm(): Promise<void> {
    const [operation, response, { signal }] = [this.#operation, this.#unconfirmed, this.#options];
    if (!operation || !response) return;
    this.#unconfirmed = undefined;
    await confirmEffect(operation, signal);
    operation.settle(signal?.aborted ? signal.reason : response);
    signal?.throwIfAborted();
  }

  /** The `retry.shouldRetry` option: ky asks it after every failure, while its limit is not reached. */
  async shouldRetry(state: ShouldRetryState): Promise<boolean> {
    const attempt = this.#attempt;
    // ky failed by itself, before or after the attempt.
    if (!attempt) return false;
    const accepted = (await this.#options.shouldRetry?.(state)) === false;
    return this.#judge(outcomeOf(state.error, attempt), state.error, accepted);
  }

  /** The `retry.delay` option: asked right after `shouldRetry`. */
  delay(): number {
    return this.#waitMs ?? 0;
  }

  /** A `beforeError` hook, the first one: one that may have been processed outranks a later one that certainly was not. */
  pickError(error: Error): Error {
    const attempt = this.#attempt;
    // ky does not ask when its limit is reached.
    if (attempt) this.#judge(outcomeOf(error, attempt), error, false);
    const operation = this.#operation;
    if (!operation) return error;
    if (this.#options.signal?.aborted) operation.abandon('aborted');
    // ky's totalTimeout ended the wait for the next attempt.
    else if (!attempt && isTimeoutError(error) && error !== this.#lastError) operation.abandon('deadline-over');
    else if (error === this.#lastError && !isHTTPError(error) && operation.error instanceof Error)
      return operation.error;
    return error;
  }

  /** A `beforeError` hook, the last one. */
  async settle(error: Error): Promise<Error> {
    const operation = this.#operation;
    if (!operation) return error;
    const { signal } = this.#options;
    await confirmEffect(operation, signal);
    const reason: unknown = signal?.aborted ? signal.reason : undefined;
    const settled = reason instanceof Error ? reason : error;
    operation.settle(settled);
    if (isHTTPError(settled)) operation.settle(settled.response);
    return settled;
  }

  #begin(request: Request): Operation {
    // A hook of the caller's asked for this attempt, and nobody asked us: what the last one came to counts all the same.
    if (this.#attempt?.outcome) this.#judge(this.#attempt.outcome, undefined, false);
    const operation = this.#operate(request);
    for (const [name, value] of operation.attemptFields) request.headers.set(name, value);
    operation.begin();
    return operation;
  }

  #operate({ method, url, headers }: Request): Operation {
    this.#operation ??= new Operation(this.#policy, { method, url, headers: new Headers(headers) }, this.#options.word);
    return this.#operation;
  }

  /** Whether ky hands the response over without asking anybody. */
  #accepts({ ok, status, type }: Response): boolean {
    const { throwHttpErrors = true } = this.#options;
    return (
      ok || type === 'opaque' || !(typeof throwHttpErrors === 'function' ? throwHttpErrors(status) : throwHttpErrors)
    );
  }

  #judge(outcome: Outcome, error: unknown, accepted: boolean): boolean {
    const keyRemoved = this.#attempt?.watch?.withheld ?? false;
    this.#attempt?.bodyRead?.();
    this.#attempt = undefined;
    this.#lastError = error;
    const decision = this.#operation?.judge(outcome, { ...this.#end(accepted), keyRemoved });
    this.#waitMs = decision?.action === 'retry' ? decision.waitMs : undefined;
    return decision?.action === 'retry';
  }

  #end(accepted: boolean): AttemptEnd {
    const { signal, bodyUsed } = this.#options;
    return { aborted: signal?.aborted ?? false, bodyUsed, accepted };
  }
}

/** What ky's error says of the attempt: it is the client's own error, and knows of ky's timeout. */
function outcomeOf(error: Error, attempt: PendingAttempt): Outcome {
  if (isHTTPError(error)) return { type: 'response', status: error.response.status, headers: error.response.headers };
  if (isTimeoutError(error)) return failure(attempt, 'attempt-timeout', error);
  return attempt.outcome?.type === 'failure'
    ? { ...attempt.outcome, error }
    : failure(attempt, 'programmer-error', error);
}

function failure({ request, watch }: PendingAttempt, kind: FailureKind, error: unknown): Outcome {
  const { method, redirect } = request;
  const call = { method, followsRedirects: redirect === 'follow', streamBody: false, watch };
  return {
    type: 'failure',
    kind,
    delivery: kind === 'truncated-body' ? 'unknown' : deliveryOfCall(error, call),
    error,
  };
}
