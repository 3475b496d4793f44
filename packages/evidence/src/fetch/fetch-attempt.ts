import {
  type Clock,
  type FailureDelivery,
  type FailureKind,
  type FailureOutcome,
  type Hop,
  methodSemantics,
  originOf,
  type ResponseOutcome,
} from '@twicesafe/core';
import { anySignal } from '../any-signal.ts';
import { bufferResponse } from '../buffer-response.ts';
import { deliveryOf } from '../delivery/delivery-of.ts';
import { failureKindOf } from '../delivery/failure-kind-of.ts';
import { isOwnFetch } from '../own-fetch.ts';
import { DispatchWatch } from './dispatch-watch.ts';
import { hasDispatchers, isDispatcher, lendDispatcher } from './dispatcher.ts';
import { ResponseHold } from './response-hold.ts';

/** Any function that is called as fetch is. */
export type FetchFunction = (input: string | URL | Request, init?: FetchInit) => Promise<Response>;

/** The members of an init that an attempt looks at or adds, and whatever else the wrapped fetch understands. */
export interface FetchInit extends RequestInit {
  dispatcher?: unknown;
  duplex?: 'half';
  [member: string]: unknown;
}

/** What an attempt needs to know about its request. Each member is asked for only when it matters. */
export interface FetchAttemptRequest {
  readonly fetch: FetchFunction;
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  readonly signal: AbortSignal | undefined;
  /** The headers that carry the key. */
  readonly keyHeaders: readonly (readonly [name: string, value: string])[];
  /** Whether fetch follows redirects by itself. */
  readonly followsRedirects: boolean;
  /** Whether the body is a stream whose own error may be the one at hand. */
  readonly streamBody: boolean;
  /** Reads a response of at most this many bytes within the attempt. 0 reads none. */
  readonly holdBytes: number;
  readonly clock: Clock;
}

/** One attempt of a client that sends by fetch: what it proves, and how it is ended. */
export class FetchAttempt {
  readonly #request: FetchAttemptRequest;
  readonly #own: boolean;
  #watch: DispatchWatch | undefined;
  #controller: AbortController | undefined;
  #lent = false;
  #truncated = false;
  #elsewhere = false;

  constructor(request: FetchAttemptRequest) {
    this.#request = request;
    this.#own = isOwnFetch(request.fetch);
  }

  /**
   * Sends the request.
   *
   * @param limited - Whether `cut` may be called.
   */
  send(input: string | URL | Request, init: FetchInit | undefined, limited: boolean): Promise<Response> {
    const { fetch } = this.#request;
    const watch = this.#own ? this.#watchFor(init?.dispatcher, limited) : undefined;
    if (watch && isRequest(input) && init?.dispatcher === undefined) {
      this.#lent = true;
      return lendDispatcher(watch, () => (init ? fetch(input, init) : fetch(input)));
    }
    let own = init;
    if (watch) own = { ...own, dispatcher: watch };
    else if (limited) own = { ...own, signal: this.#limitSignal() };
    const sent = own ? fetch(input, own) : fetch(input);
    return this.#own && !watch && this.#request.holdBytes > 0 ? this.#read(sent) : sent;
  }

  /** Whether the key was removed because a redirect led to another origin, or was sent there. */
  get keyRemoved(): boolean {
    return this.#elsewhere || this.#watch?.leftOrigin === true;
  }

  /** Ends the attempt, because its time is over. */
  cut(error: Error): void {
    this.#watch?.close(error);
    this.#controller?.abort(error);
  }

  outcome(response: Response): ResponseOutcome {
    const { status, headers } = response;
    const hop = this.#hopOf(response);
    this.#elsewhere = hop !== undefined && originOf(hop.url) !== originOf(this.#request.url);
    return { type: 'response', status, headers, hop };
  }

  failure(error: unknown): FailureOutcome {
    const truncated = this.#truncated || this.#watch?.truncated === true;
    const kind: FailureKind = truncated ? 'truncated-body' : failureKindOf(error);
    return { type: 'failure', kind, delivery: truncated ? 'unknown' : this.#deliveryOf(error), error };
  }

  /** A watch, where the runtime has dispatchers and there is something to see, to end or to hold back. */
  #watchFor(dispatcher: unknown, limited: boolean): DispatchWatch | undefined {
    const callers = isDispatcher(dispatcher) ? dispatcher : undefined;
    if ((dispatcher !== undefined && dispatcher !== null && !callers) || !hasDispatchers()) return undefined;
    const { holdBytes, clock, keyHeaders, method } = this.#request;
    if (holdBytes === 0 && !limited && keyHeaders.length === 0 && methodSemantics(method).safe) return undefined;
    const hold = holdBytes > 0 ? new ResponseHold(holdBytes, clock) : undefined;
    this.#watch = new DispatchWatch(callers, keyHeaders, hold);
    return this.#watch;
  }

  /** Aborted when the attempt's time is over, or by the caller: also later, while the body is read. */
  #limitSignal(): AbortSignal {
    this.#controller = new AbortController();
    const { signal } = this.#request;
    return signal ? anySignal([signal, this.#controller.signal]) : this.#controller.signal;
  }

  async #read(sent: Promise<Response>): Promise<Response> {
    const response = await sent;
    try {
      await bufferResponse(response, this.#request.holdBytes);
    } catch (error) {
      this.#truncated = true;
      throw error;
    }
    return response;
  }

  /** A status answers our request only if no redirect was followed. Without a watch the response's own URL tells. */
  #hopOf(response: Response): Hop | undefined {
    const watch = this.#watch;
    if (watch?.used) {
      // A chain of redirects may end where it began.
      const redirected = response.redirected === true || watch.redirected;
      return redirected ? { url: response.url, sameMethod: watch.sameMethod } : undefined;
    }
    const followed =
      response.redirected === true || (!this.#own && !response.ok && isElsewhere(response, this.#request));
    return followed ? { url: response.url, sameMethod: methodSemantics(this.#request.method).safe } : undefined;
  }

  #deliveryOf(error: unknown): FailureDelivery {
    // Any other function may have sent more requests than this one, or may send it later.
    if (!this.#own) return 'unknown';
    const { method, streamBody } = this.#request;
    const watch = this.#watch;
    if (!watch) {
      const { url, followsRedirects: redirected } = this.#request;
      return isInvalid(url) ? 'never-sent' : deliveryOf(error, { method, streamBody, redirected });
    }
    if (this.#lent && !watch.used) return 'unknown';
    // It may announce nothing, and send more requests than this one: neither its silence nor its error proves anything.
    if (!watch.plain) {
      const proves = watch.bridged && watch.single && !watch.started && !streamBody;
      return proves ? deliveryOf(error, { method }) : 'unknown';
    }
    if (!watch.started) {
      watch.close(new Error('The attempt was judged as never sent'));
      return 'never-sent';
    }
    // The request is under way, so only the protocol can still refuse it, and only this one: not a redirect's target.
    const refused = watch.single && !streamBody && deliveryOf(error, { method }) === 'refused';
    return refused ? 'refused' : 'unknown';
  }
}

function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && input !== null && 'headers' in input;
}

function isInvalid(url: string): boolean {
  try {
    new URL(url);
    return false;
  } catch {
    return true;
  }
}

/** Whether a response names another URL than the one that was asked for. A mock's names none. */
function isElsewhere({ url: answered }: Response, { url }: FetchAttemptRequest): boolean {
  try {
    return Boolean(answered) && withoutHash(answered) !== withoutHash(url);
  } catch {
    return true;
  }
}

function withoutHash(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}
