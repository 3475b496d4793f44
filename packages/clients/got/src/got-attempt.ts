import { ClientRequest } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { FailureKind, TimeLimitError } from '@twicesafe/core';
import {
  type FailureDelivery,
  type Hop,
  headersFrom,
  limitError,
  type Operation,
  type Outcome,
  type ResponseOutcome,
} from '@twicesafe/core/adapter';
import { deliveryOf, deliveryOfRequest, failureKindOf } from '@twicesafe/evidence';
import type { Request, RequestError, Response } from 'got';
import { isUsed } from './body.ts';
import { GotCopies } from './got-copies.ts';
import type { SentOptions } from './traits.ts';

/** got notes on Node's request when its connection came up and when its upload was over. */
type TimedRequest = ClientRequest & { readonly timings: NonNullable<Request['timings']> };

/** got's errors about a response that arrived in full. */
const ANSWERED: ReadonlySet<unknown> = new Set(['HTTPError', 'ParseError', 'RetryError']);
/** got's errors about a response that didn't, or about a redirect that isn't followed. */
const FAILED: ReadonlySet<unknown> = new Set(['ReadError', 'TimeoutError', 'MaxRedirectsError']);

/** One attempt of got with all its hops, and what its responses and errors prove. */
export class GotAttempt {
  /** Whether it is not sent, because a copy of the one before it may be under way. */
  readonly #withheld: boolean;
  readonly #copies: GotCopies | undefined;
  readonly #cancelLimit: (() => void) | undefined;
  /** The redirects that were followed, also by attempts before this one. */
  #hop: Pick<Hop, 'sameMethod'> | undefined;
  #redirected = false;
  #options: SentOptions | undefined;
  #request: TimedRequest | undefined;
  #cutBy: TimeLimitError | undefined;

  /** @param hop - Set if an earlier attempt was redirected, because got retries the last hop. */
  constructor(operation: Operation, hop: Pick<Hop, 'sameMethod'> | undefined) {
    const { attemptTimeoutMs } = operation.settings;
    const timeUp = (): void => this.cut(limitError(operation, 'attempt-timeout'));
    this.#hop = hop;
    this.#copies = GotCopies.of(operation);
    this.#withheld = this.#copies?.sentLater === true && !operation.repeatable;
    this.#copies?.restart();
    this.#cancelLimit =
      attemptTimeoutMs === undefined ? undefined : operation.clock.after(attemptTimeoutMs, timeUp, true);
  }

  /** Whether an error is got's or ours, because the caller's hooks have run or don't run any more. */
  get handedOver(): boolean {
    return this.#withheld || this.#options !== undefined;
  }

  /** @throws {Error} If the attempt must not be sent, so that got ends the call. */
  throwIfWithheld(): void {
    if (this.#withheld) throw new Error('A copy of the request was sent after its attempt');
  }

  /** The body that got sent, or sends next. */
  get body(): unknown {
    return this.#options?.body;
  }

  /** got follows a redirect, and its next request is not the first one any more. */
  follow(hop: Pick<Hop, 'sameMethod'>): void {
    this.#redirected = true;
    this.#hop = hop;
  }

  /** The caller's hooks have run, and these are the options that got sends. */
  handOver(options: SentOptions): void {
    this.#options = options;
  }

  /** got has made Node's request. */
  send(request: ClientRequest): void {
    this.#request = request as TimedRequest;
    if (this.#cutBy) request.destroy(this.#cutBy);
  }

  /** Ends the attempt, because its time is over. */
  cut(error: TimeLimitError): void {
    this.#cutBy = error;
    this.#request?.destroy(error);
  }

  /** The attempt is over, or its response is being returned. */
  end(): void {
    this.#cancelLimit?.();
    this.#copies?.pause();
  }

  answer({ statusCode, headers, url, isFromCache }: Response): ResponseOutcome {
    const hop = this.#hop && { url, ...this.#hop };
    // A cache or a hook of the caller's may answer without a request.
    const unsent = isFromCache || !this.#request;
    const unseenCopies =
      unsent || (!hop && this.#copies?.unseenBehind(statusCode)) || this.#unseenByFunction(statusCode);
    return { type: 'response', status: statusCode, headers: headersFrom(headers), hop, unseenCopies };
  }

  /**
   * A function of the caller's may send a request more than once, or not at all. Of a success, one that was sent is
   * enough.
   */
  #unseenByFunction(status: number): boolean | 'others' {
    const { request, method } = (this.#options ?? {}) as Partial<SentOptions>;
    if (request === undefined) return false;
    const sent = this.#request as ClientRequest & { readonly res?: { readonly statusCode?: number } };
    const isAnswered = sent instanceof ClientRequest && sent.method === method && sent.res?.statusCode === status;
    return isAnswered ? 'others' : true;
  }

  /** What an error means. Call it immediately, because the state of the connection may change. */
  outcome(error: Partial<RequestError>): Outcome {
    const response = this.#responseIn(error);
    if (response) return this.answer(response);
    if (this.#withheld) return { type: 'failure', kind: 'network', delivery: 'unknown', error };
    return { type: 'failure', kind: this.#kindOf(error), delivery: this.#deliveryOf(error), error };
  }

  /** The response that arrived before the error, because the caller's hook or parser may have thrown afterwards. */
  #responseIn({ name, response }: Partial<RequestError>): Response | undefined {
    if (!response || ANSWERED.has(name)) return response;
    // After a redirect the response at hand may be the redirect's.
    return response.complete && !this.#redirected && !this.#cutBy && !FAILED.has(name) ? response : undefined;
  }

  #kindOf(error: Partial<RequestError>): FailureKind {
    if (this.#cutBy) return this.#cutBy.limit;
    if (error.name === 'TimeoutError') return 'attempt-timeout';
    if (error.name === 'ReadError') return 'truncated-body';
    if (error.name === 'MaxRedirectsError') return 'permanent';
    // A hook of the caller's threw.
    if (!this.#options) return 'programmer-error';
    const { http2, request, cache } = this.#options;
    // Node cannot send such a request. All others do something before there is one of Node's.
    return this.#request || http2 || request || cache ? failureKindOf(error) : 'programmer-error';
  }

  /** The caller's cache, request function or hook may have sent the request, and a redirect may have been followed. */
  #deliveryOf(error: Partial<RequestError>): FailureDelivery {
    const [options, request] = [this.#options, this.#request];
    if (!options || options.cache || options.request || this.#redirected || error.response) return 'unknown';
    const { method, body, http2 } = options;
    if (!request) {
      // A listener of the caller's may have thrown after got made a request, and before it said so.
      if (!error.request || error.request.timings) return 'unknown';
      return http2 ? deliveryOf(error, { method }) : 'never-sent';
    }
    if (this.#copies?.proves === false) return 'unknown';
    // Over HTTP/2, got doesn't see connections, so its timings lack them after a request was processed, too.
    if (!http2 && request.destroyed && neverConnected(request)) return 'never-sent';
    // Without an error of the request itself, the error at hand came from a listener, a stream or a cookie jar.
    if (request.timings.error === undefined || isUsed(body)) return 'unknown';
    return http2 ? deliveryOf(error, { method }) : deliveryOfRequest(error, request);
  }
}

/**
 * Whether the connection of a destroyed request never came up. Only Node's own sockets announce it reliably. An agent
 * or a mock may use others.
 */
function neverConnected({ socket, timings }: TimedRequest): boolean {
  const kind: unknown = socket && Object.getPrototypeOf(socket);
  const own = kind === Socket.prototype || kind === TLSSocket.prototype;
  return own && timings.connect === undefined && timings.upload === undefined;
}
