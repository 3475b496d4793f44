import {
  type AttemptEnd,
  attemptHeaders,
  confirmEffect,
  type Decision,
  enclosing,
  gateDelayMs,
  mayBeNested,
  methodSemantics,
  Nesting,
  Operation,
  type Policy,
  type RequestRetryOptions,
  type RequestTraits,
  waitForGate,
} from '@twicesafe/core';
import {
  discardResponse,
  type FetchFunction,
  type FetchInit,
  hasSeveralWrapped,
  isOwnFetch,
} from '@twicesafe/evidence';
import type { Options, ShouldRetryState } from 'ky';
import type { KyBody } from './body.ts';
import { httpResponseOf, isTimeoutError, KyAttempt } from './ky-attempt.ts';
import { isForbidden, type KyRetryOptions } from './options.ts';

/** What a call of ky was made with, as far as it matters to its retries. */
export interface KyCallOptions {
  readonly fetch: FetchFunction;
  readonly method: string;
  /** As the caller gave it, for requests that ky cannot even build. */
  readonly url: string;
  readonly throwHttpErrors: NonNullable<Options['throwHttpErrors']>;
  /** The caller's own signal, not the one that ky makes of it. */
  readonly signal: AbortSignal | undefined;
  /** ky's limit on one attempt, in milliseconds. */
  readonly timeout: number | false;
  /** ky's limit on the whole call, in milliseconds. */
  readonly totalTimeout: number | false;
  readonly retry: KyRetryOptions;
  readonly requestOptions: RequestRetryOptions;
  readonly body: KyBody;
  /** Whether afterResponse hooks see every response, and may replace it. */
  readonly replacesResponses: boolean;
  /** Whether hooks may replace the request of a retry. */
  readonly replacesRequests: boolean;
}

/** ky reads the body of an error before it asks for a retry. A longer read would only delay the retry. In milliseconds. */
const ERROR_BODY_MS = 1000;

/** One call of ky as an operation. ky's own loop says how every attempt ended, and asks what follows. */
export class KyCall {
  readonly #policy: Policy;
  readonly #options: KyCallOptions;
  readonly #startMs: number;
  /** As ky built it, before any hook. */
  #first: Request | undefined;
  #operation: Operation | undefined;
  /** An attempt that is not judged yet: ky runs hooks before it asks. */
  #pending: KyAttempt | undefined;
  #decision: Decision | undefined;
  /** ky's error for the last attempt that was judged. */
  #judgedError: unknown;
  /** ky's last error with a response. It outranks a later failure without one. */
  #httpError: Error | undefined;
  #response: Response | undefined;
  #mayStream = false;
  #isNested = false;
  #nesting: Nesting | undefined;
  #origin: string | undefined;
  #stopLimit: (() => void) | undefined;

  constructor(policy: Policy, options: KyCallOptions) {
    this.#policy = policy;
    this.#options = options;
    this.#startMs = policy.clock.now();
  }

  /** The first `beforeRequest` hook. */
  start(request: Request): void {
    this.#first = request;
  }

  /** The last `beforeRequest` hook: none of ky's limits on an attempt is running. */
  async beforeSend(request: Request): Promise<void> {
    const { body, signal } = this.#options;
    const operation = this.#operate(request);
    body.guard(request, operation.repeatable);
    const delayMs = gateDelayMs(operation);
    if (delayMs <= 0) return;
    await waitForGate(operation, delayMs, signal);
    signal?.throwIfAborted();
  }

  /** The `fetch` option: ky calls it once for each attempt. */
  async send(request: Request, init: FetchInit): Promise<Response> {
    const { fetch } = this.#options;
    const outer = !this.#operation && mayBeNested() ? enclosing(request) : undefined;
    if (outer || this.#isNested) {
      this.#isNested = true;
      const headers = outer?.passThrough(this.#policy, traitsOf(request), this.#options.requestOptions) ?? [];
      for (const [name, value] of headers) request.headers.set(name, value);
      return fetch(request, init);
    }
    const attempt = this.#begin(request);
    const response = await attempt.send(init, (send) => this.#nest(send));
    // ky's timeout came first, and the response has no reader.
    if (this.#pending !== attempt) discardResponse(response);
    else this.#limitErrorBody(attempt, response);
    return response;
  }

  /** The `retry.shouldRetry` option: ky asks it after every failure, while its limit is not reached. */
  async shouldRetry(state: ShouldRetryState): Promise<boolean> {
    const [attempt, operation] = [this.#pending, this.#operation];
    // ky failed by itself, before or after the attempt.
    if (!attempt || !operation) return false;
    const { retry, body } = this.#options;
    await body.settled(operation.clock);
    const outcome = attempt.outcomeFor(state.error);
    const end = this.#endOf(attempt, state.error);
    const vetoed =
      isForbidden(retry, attempt.method, end.replacedBy ?? outcome) ||
      (operation.wouldRetry(outcome, end) && (await retry.shouldRetry?.(state)) === false);
    return this.#judge(state.error, { vetoed })?.action === 'retry';
  }

  /** The `retry.delay` option: asked right after `shouldRetry`, and where a hook forces a retry. */
  delay(): number {
    const operation = this.#operation;
    if (!operation || operation.settings.skipWaits) return 0;
    const decision = this.#judge(undefined) ?? this.#decision;
    if (decision?.action === 'retry') return decision.waitMs;
    return operation.settings.backoff(operation.nextAttempt - 1, operation.clock.random(), 0);
  }

  /** The first `beforeError` hook: which of the errors the caller's hooks get. */
  selectError(error: Error): Error {
    this.#judgeLast(error);
    const { signal } = this.#options;
    if (signal?.aborted) {
      if (signal.reason instanceof Error) return signal.reason;
      // ky leaves what is not an Error as it is.
      throw signal.reason;
    }
    // Only where the last attempt failed without a response, and not because the time was over.
    if (error !== this.#judgedError || httpResponseOf(error) || this.#decision?.reason === 'deadline-over')
      return error;
    const earlier = this.#httpError ?? this.#operation?.error;
    return earlier instanceof Error ? earlier : error;
  }

  /** Follows ky's promise to its end, whatever hooks do in between. */
  async settle<Settled>(result: Promise<Settled>): Promise<Settled> {
    let settled: Settled;
    try {
      settled = await result;
    } catch (error) {
      this.#judgeLast(error);
      throw await this.#conclude(error, isTimeoutError(error) ? 'deadline-over' : 'callback-failed');
    }
    this.#judge(undefined, { accepted: true, aborted: false });
    return this.#conclude(settled, settled === undefined ? 'caller-veto' : 'accepted');
  }

  /** ky refused to build the request. */
  refuse(error: unknown): void {
    const { method, url } = this.#options;
    try {
      const operation = this.#operate({ method: method.toUpperCase(), url, headers: new Headers() });
      operation.begin();
      const failure = { type: 'failure', kind: 'programmer-error', delivery: 'never-sent', error } as const;
      operation.judge(failure, { aborted: false, bodyUsed: false });
      operation.settle(error);
    } catch {
      // An operation that cannot be made has no report.
    }
  }

  /** An error that came after the response, when its body was read. */
  remember(error: unknown): void {
    this.#operation?.settle(error);
  }

  #operate(request: RequestTraits & { readonly mode?: string }): Operation {
    if (this.#operation) return this.#operation;
    const { requestOptions, totalTimeout } = this.#options;
    const options = { ...requestOptions };
    // ky's clock began when it built the request, and hooks took some of its time.
    if (totalTimeout) options.deadlineMs = Math.max(1, totalTimeout - (this.#policy.clock.now() - this.#startMs));
    // A browser drops our key there (https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name).
    if (request.mode === 'no-cors') options.idempotent ??= methodSemantics(request.method).safe;
    this.#operation = new Operation(this.#policy, traitsOf(request), options);
    this.#origin = originOf(request.url);
    return this.#operation;
  }

  #begin(request: Request): KyAttempt {
    // Where a hook forced this attempt, nobody asked what became of the last one.
    this.#judge(undefined);
    const operation = this.#operate(request);
    if (operation.nextAttempt > 1) operation.replaceRequest(traitsOf(request));
    const { fetch, timeout, body, replacesRequests } = this.#options;
    const isForeign = originOf(request.url) !== this.#origin;
    for (const header of attemptHeaders(operation))
      if (!isForeign || !operation.keyHeaders.includes(header)) request.headers.set(...header);
    this.#mayStream ||= body.stream || (operation.nextAttempt > 1 ? replacesRequests : request !== this.#first);
    operation.begin();
    this.#pending = new KyAttempt(operation, request, { fetch, timeout, isForeign, streamBody: this.#mayStream });
    return this.#pending;
  }

  #nest(send: () => Promise<Response>): Promise<Response> {
    if (!this.#operation || isOwnFetch(this.#options.fetch) || !hasSeveralWrapped()) return send();
    this.#nesting ??= new Nesting(this.#operation);
    return this.#nesting.send(send);
  }

  /** Ends the reading of an error's body that takes long, if a retry follows. Who gets the error wants all of it. */
  #limitErrorBody(attempt: KyAttempt, { ok, type }: Response): void {
    const { throwHttpErrors, retry, replacesResponses } = this.#options;
    if (ok || type === 'opaque' || throwHttpErrors !== true || replacesResponses) return;
    const [operation, outcome] = [this.#operation, attempt.outcome];
    // Nobody knows what these will say.
    if (!operation || !outcome || retry.shouldRetry || operation.settings.shouldRetry) return;
    if (isForbidden(retry, attempt.method, outcome) || !operation.wouldRetry(outcome, this.#endOf(attempt))) return;
    const tooSlow = (): void => attempt.cut(new Error('The body of an error took too long, and a retry follows'));
    this.#stopLimit = operation.clock.after(ERROR_BODY_MS, tooSlow, true);
  }

  #endOf(attempt: KyAttempt, error?: unknown): AttemptEnd {
    const { signal, body } = this.#options;
    const { keyRemoved } = attempt;
    const aborted = signal?.aborted ?? false;
    return { aborted, bodyUsed: body.used, keyRemoved, replacedBy: attempt.replacedBy(error) };
  }

  #judge(error: unknown, also?: Partial<AttemptEnd>): Decision | undefined {
    const attempt = this.#pending;
    if (!attempt) return undefined;
    this.#pending = undefined;
    this.#stopLimit?.();
    this.#response = attempt.response;
    this.#judgedError = error;
    if (httpResponseOf(error)) this.#httpError = error as Error;
    this.#decision = this.#operation?.judge(attempt.outcomeFor(error), { ...this.#endOf(attempt, error), ...also });
    return this.#decision;
  }

  /** ky ends without a question: its limit is reached, its time is over, or a hook threw, which hides no response. */
  #judgeLast(error: unknown): void {
    const isKys = httpResponseOf(error) || (error as Error | undefined)?.name === 'ForceRetryError';
    this.#judge(error, { accepted: !isKys && this.#pending?.response !== undefined });
  }

  async #conclude<Settled>(settled: Settled, otherwise: Parameters<Operation['abandon']>[0]): Promise<Settled> {
    const operation = this.#isNested ? undefined : (this.#operation ?? this.#unsent());
    if (!operation) return settled;
    const { signal } = this.#options;
    const { action, reason } = operation.decision;
    // ky ended otherwise than by the last attempt, or without one.
    if (action === 'retry' || reason === 'accepted' || operation.nextAttempt === 1)
      operation.abandon(signal?.aborted ? 'aborted' : otherwise);
    if (operation.settings.confirm) {
      await confirmEffect(operation, signal);
      if (signal?.aborted) throw operation.settle(signal.reason);
    }
    operation.settle(httpResponseOf(settled) ?? this.#response);
    operation.settle(this.#response);
    return operation.settle(settled);
  }

  /** The operation of a call whose hooks sent nothing. */
  #unsent(): Operation | undefined {
    try {
      return this.#first && this.#operate(this.#first);
    } catch {
      return undefined;
    }
  }
}

/** Without the request itself: its body must not live as long as the report. */
function traitsOf({ method, url, headers }: RequestTraits): RequestTraits {
  return { method, url, headers };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
