import type { Clock } from '@twicesafe/core';
import {
  attemptHeaders,
  type Client,
  type FailureOutcome,
  Nesting,
  type Operation,
  type ResponseOutcome,
} from '@twicesafe/core/adapter';
import {
  copyResponse,
  type DrainedCopy,
  discardResponse,
  drainCopy,
  FetchAttempt,
  type FetchAttemptRequest,
  type FetchFunction,
  type FetchInit,
  hasSeveralWrapped,
  hasWrappedDispatcher,
  isOwnFetch,
  lookAtResponse,
} from '@twicesafe/evidence';
import type { FetchBody } from './body.ts';
import { withHeaders } from './headers.ts';
import { requestMember } from './request-member.ts';

/** The request of one fetch call, which is the same on every attempt. */
interface FetchRequest {
  readonly fetch: FetchFunction;
  /** The caller's own object, for a first attempt without a wait. */
  readonly target: string | URL | Request;
  /** A copy that stays unchanged. */
  readonly input: string | Request;
  /** A copy of the caller's init, or undefined. */
  readonly init: FetchInit | undefined;
}

/** The `Client` of one fetch call. Sends its attempts, and knows what their responses and errors mean. */
export class FetchCall implements Client<Response>, FetchAttemptRequest {
  readonly signal: AbortSignal | undefined;
  readonly #operation: Operation;
  readonly #request: FetchRequest;
  readonly #body: FetchBody;
  readonly #mayReturn: boolean;
  #attempt: FetchAttempt | undefined;
  #nesting: Nesting | undefined;
  #kept: { readonly response: Response; readonly copy: DrainedCopy } | undefined;
  #callersError: { readonly error: unknown } | undefined;

  /** @param mayReturn - Whether this is a replaced global fetch that may lead back to the wrapped one. */
  constructor(operation: Operation, request: FetchRequest, body: FetchBody, mayReturn: boolean) {
    this.#operation = operation;
    this.#request = request;
    this.#body = body;
    this.#mayReturn = mayReturn;
    this.signal = signalOf(request.input, request.init);
  }

  get mayIgnoreAbort(): boolean {
    return !isOwnFetch(this.#request.fetch);
  }

  get fetch(): FetchFunction {
    return this.#request.fetch;
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

  get keyHeaders(): Operation['keyHeaders'] {
    return this.#operation.privateHeaders;
  }

  get streamBody(): boolean {
    return this.#body.stream;
  }

  get followsRedirects(): boolean {
    const { init, input } = this.#request;
    return (init?.redirect ?? (typeof input === 'string' ? 'follow' : requestMember(input, 'redirect'))) === 'follow';
  }

  /** A response is read within the attempt only if the request may be sent again. */
  get holdBytes(): number {
    return this.#operation.mayRepeat ? this.#operation.settings.bufferResponseBytes : 0;
  }

  /** Whether a truncated response is a failed attempt. */
  get repeatable(): boolean {
    return this.#operation.repeatable;
  }

  get clock(): Clock {
    return this.#operation.clock;
  }

  get bodyUsed(): boolean {
    return this.#body.used;
  }

  get keyRemoved(): boolean {
    return this.#attempt?.keyRemoved === true;
  }

  ready(): Promise<boolean> | undefined {
    return this.#body.ready?.();
  }

  send(limited: boolean): Promise<Response> {
    const { fetch, target, input } = this.#request;
    const { startsNow } = this.#operation;
    const init = this.#nextInit();
    const attempt = new FetchAttempt(this, this.#attempt);
    this.#attempt = attempt;
    const given = startsNow ? target : input;
    if (!this.#mayNest(fetch)) return attempt.send(given, init, limited);
    this.#nesting ??= new Nesting(this.#operation, this.#body.stream ? () => undefined : this.#request.init?.body);
    return this.#nesting.send(() => attempt.send(given, init, limited));
  }

  cut(error: Error): void {
    (this.#attempt as FetchAttempt).cut(error);
  }

  outcome(response: Response): ResponseOutcome {
    return (this.#attempt as FetchAttempt).outcome(response);
  }

  look(response: Response, maxBytes: number, signal: AbortSignal): Promise<string | undefined> {
    return lookAtResponse(response, maxBytes, signal);
  }

  failure(error: unknown): FailureOutcome {
    if (this.#callersError) return { type: 'failure', kind: 'programmer-error', delivery: 'never-sent', error };
    return (this.#attempt as FetchAttempt).failure(error);
  }

  keep(response: Response): () => boolean {
    const copy = drainCopy(response);
    this.#kept = { response, copy };
    return () => {
      // Only a mock returns the same response again, and holds no connection.
      if (copy.complete || !isOwnFetch(this.#request.fetch)) return true;
      this.discard(response);
      return false;
    };
  }

  snapshot(response: Response): () => Response {
    const copy = copyResponse(response);
    return () => copyResponse(copy);
  }

  discard(response: Response): void {
    if (response === this.#kept?.response) this.#kept.copy.cancel();
    discardResponse(response);
  }

  /** Whether a wrapped client may be called inside. The runtime's own fetch calls one only if its dispatcher is one. */
  #mayNest(fetch: FetchFunction): boolean {
    return isOwnFetch(fetch) ? hasWrappedDispatcher() : this.#mayReturn || hasSeveralWrapped();
  }

  /** The operation's own init, or a copy of it with what this attempt adds. */
  #nextInit(): FetchInit | undefined {
    const { init, input } = this.#request;
    const body = this.#body;
    const headers = attemptHeaders(this.#operation);
    if (headers.length === 0 && !body.fill) return init;
    const next: FetchInit = { ...init };
    const callers = init?.headers ?? (typeof input === 'string' ? undefined : requestMember(input, 'headers'));
    if (headers.length > 0) next.headers = withHeaders(callers, headers);
    try {
      body.fill?.(next, this.#operation.nextAttempt);
    } catch (error) {
      this.#callersError = { error };
      throw error;
    }
    return next;
  }
}

/** The caller's own signal. null removes that of a Request. */
function signalOf(input: string | Request, init: FetchInit | undefined): AbortSignal | undefined {
  const signal =
    init?.signal === undefined && typeof input !== 'string' ? requestMember(input, 'signal') : init?.signal;
  return signal ?? undefined;
}
