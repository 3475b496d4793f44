import type { Decision, RequestRetryOptions } from '@twicesafe/core';
import {
  type AttemptEnd,
  attemptHeaders,
  type FailureOutcome,
  methodSemantics,
  Operation,
  type Policy,
  type RequestTraits,
} from '@twicesafe/core/adapter';
import type { FetchFunction } from '@twicesafe/evidence';
import type { Input, Options } from 'ky';
import { KyBody } from './body.ts';
import { httpResponseOf, KyAttempt } from './ky-attempt.ts';
import type { KyRetryOptions } from './options.ts';
import { GivenRequest, originOf, traitsOf } from './traits.ts';
import { withSignal } from './with-signal.ts';

/** What a call of ky was made with. */
export interface KyCallOptions {
  readonly fetch: FetchFunction;
  readonly input: Input;
  /** As the caller gave them. */
  readonly options: Options;
  readonly retry: KyRetryOptions;
  /** Whether ky copies each request before it sends it. */
  readonly copies: boolean;
  readonly requestOptions: RequestRetryOptions;
}

/** ky's own default for one attempt, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** The content of a body that can't be read. */
const unknown = (): undefined => undefined;

/** The attempts of one call. Each is judged late, because hooks may still replace its response, or throw. */
export class KyAttempts {
  readonly given: GivenRequest;
  readonly body: KyBody;
  /** The caller's own signal, not the one that ky makes of it. */
  readonly signal: AbortSignal | undefined;
  /** Whether hooks see every response, and may replace it. */
  readonly replacesResponses: boolean;
  /** As ky built it, before any hook. */
  first: Request | undefined;
  readonly #policy: Policy;
  readonly #options: KyCallOptions;
  readonly #startMs: number;
  #operation: Operation | undefined;
  #pending: KyAttempt | undefined;
  #last: KyAttempt | undefined;
  #origin: string | undefined;
  #mayStream = false;
  #content: () => unknown = unknown;
  #failure: FailureOutcome | undefined;
  #httpError: Error | undefined;
  #response: Response | undefined;

  constructor(policy: Policy, options: KyCallOptions) {
    const { input, options: given, copies } = options;
    this.#policy = policy;
    this.#options = options;
    this.#startMs = policy.clock.now();
    this.given = new GivenRequest(input, given);
    this.body = new KyBody(input, given, policy.settings.bufferRequestBytes, copies);
    this.signal = given.signal ?? (input instanceof Request ? input.signal : undefined);
    this.replacesResponses = Boolean(given.hooks?.afterResponse?.length);
  }

  /** The operation, once there is one. */
  get operation(): Operation | undefined {
    return this.#operation;
  }

  /** The attempt that was sent last, while it is not judged. */
  get pending(): KyAttempt | undefined {
    return this.#pending;
  }

  /** The server's last response. */
  get response(): Response | undefined {
    return this.#response;
  }

  /** The operation at its end. It exists even if hooks prevented every request, unless it can't be created. */
  get concluded(): Operation | undefined {
    try {
      return this.#operation ?? (this.first && this.operate(this.first));
    } catch {
      return undefined;
    }
  }

  /** The operation that sends this request. */
  operate(request: RequestTraits & { readonly mode?: string }): Operation {
    if (this.#operation) return this.#operation;
    const { requestOptions, options } = this.#options;
    const own = { ...requestOptions };
    // ky's clock began when it built the request, and hooks took some of its time.
    if (options.totalTimeout)
      own.deadlineMs = Math.max(1, options.totalTimeout + this.#startMs - this.#policy.clock.now());
    // A browser drops our key there (https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name).
    if (request.mode === 'no-cors') own.idempotent ??= methodSemantics(request.method).safe;
    this.#origin = originOf(request.url);
    this.#operation = new Operation(
      this.#policy,
      traitsOf(request),
      own,
      undefined,
      () => this.body.content,
      this.contentOf(request),
    );
    return this.#operation;
  }

  /** The function that reads the body of a request. For a hook's request, it is unknown. */
  contentOf(request: object): () => unknown {
    const { body } = this;
    this.#content = request === this.first ? () => body.content : unknown;
    return this.#content;
  }

  /** An attempt is about to be sent, maybe with another request than the one before. */
  begin(request: Request): KyAttempt {
    // If a hook forced this attempt, the last one hasn't been judged yet.
    this.judge(undefined);
    const operation = this.operate(request);
    const isRetry = operation.nextAttempt > 1;
    if (isRetry) operation.replaceRequest(traitsOf(request), this.#replacesRetries ? unknown : this.#content);
    const isForeign = originOf(request.url) !== this.#origin;
    for (const header of attemptHeaders(operation))
      if (!isForeign || !operation.privateHeaders.includes(header)) request.headers.set(...header);
    this.#mayStream ||= this.body.stream || (isRetry ? this.#replacesRetries : request !== this.first);
    operation.begin();
    const { fetch, options } = this.#options;
    const sent = request === this.first ? request : withSignal(request, this.signal);
    const timeoutMs = options.timeout === false ? Number.POSITIVE_INFINITY : (options.timeout ?? TIMEOUT_MS);
    const own = { fetch, timeoutMs, isForeign, streamBody: this.#mayStream, previous: this.#last };
    this.#pending = this.#last = new KyAttempt(operation, sent, own);
    return this.#pending;
  }

  /** What only ky knows when an attempt has ended. */
  endOf(attempt: KyAttempt, error?: unknown): AttemptEnd {
    const aborted = this.signal?.aborted ?? false;
    const { keyRemoved } = attempt;
    return { aborted, bodyUsed: this.body.used, keyRemoved, replacedBy: attempt.replacedBy(error) };
  }

  /**
   * Has the last attempt judged, unless it is.
   *
   * @param error - ky's error for it, if any.
   */
  judge(error: unknown, also?: Partial<AttemptEnd>): Decision | undefined {
    const attempt = this.#pending;
    if (!attempt) return undefined;
    this.#pending = undefined;
    attempt.end(error);
    this.#response = attempt.response;
    if (httpResponseOf(error)) this.#httpError = error as Error;
    const outcome = attempt.outcomeFor(error);
    this.#failure = outcome.type === 'failure' ? outcome : undefined;
    return attempt.operation.judge(outcome, { ...this.endOf(attempt, error), ...also });
  }

  /**
   * ky ended without calling twicesafe, because its limit is reached, its time is over, or a hook threw. A response
   * outranks a hook's error.
   */
  judgeLast(error: unknown): void {
    const isKys = httpResponseOf(error) || (error as Error | undefined)?.name === 'ForceRetryError';
    this.judge(error, { accepted: !isKys && this.#pending?.response !== undefined });
  }

  /** The error of the last attempt. */
  get inHand(): unknown {
    return this.#failure?.error ?? this.#httpError;
  }

  /** The earlier error that outranks the last one: with a response, or of an attempt that may have been processed. */
  outranks(error: Error): Error | undefined {
    const operation = this.#operation;
    const isLastFailure = error === this.#failure?.error;
    if (!operation || !isLastFailure || operation.decision.reason === 'deadline-over') return undefined;
    const earlier = this.#httpError ?? operation.failure?.error;
    return earlier instanceof Error ? earlier : undefined;
  }

  /** Whether hooks may replace the request of a retry. */
  get #replacesRetries(): boolean {
    return this.replacesResponses || Boolean(this.#options.options.hooks?.beforeRetry?.length);
  }
}
