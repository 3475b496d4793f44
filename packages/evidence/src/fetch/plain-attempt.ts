import type { Clock, FailureKind } from '@twicesafe/core';
import {
  type FailureDelivery,
  type FailureOutcome,
  type Hop,
  methodSemantics,
  originOf,
  type ResponseOutcome,
} from '@twicesafe/core/adapter';
import { anySignal } from '../any-signal.ts';

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
  /** Whether a copy may change something, whatever the method says. */
  readonly mayChange: boolean;
  /** The absolute URL. */
  readonly url: string;
  readonly signal: AbortSignal | undefined;
  /** The headers that carry the key. */
  readonly keyHeaders: readonly (readonly [name: string, value: string])[];
  /** Whether fetch follows redirects. */
  readonly followsRedirects: boolean;
  /** Whether the body is a stream whose own error may be the one at hand. */
  readonly streamBody: boolean;
  /** Whether the request may be sent again. Called when a response that is read within the attempt is truncated. */
  readonly repeatable: boolean;
  /** Reads a response of at most this many bytes within the attempt. 0 turns reading off. */
  readonly holdBytes: number;
  readonly clock: Clock;
}

/** Why a call failed, according to its error (see `failureKindOf`). */
type KindOf = (error: unknown) => FailureKind;

/**
 * One attempt of a client that sends with fetch, if only its response and its error are visible. This applies to
 * browsers, and to a fetch that isn't the runtime's own. It proves only that an invalid URL can't be sent.
 */
export class PlainAttempt {
  protected readonly request: FetchAttemptRequest;
  /** Whether the fetch is the runtime's own. Then an error or a URL belongs to this request only. */
  protected readonly own: boolean;
  readonly #kindOf: KindOf;
  #controller: AbortController | undefined;
  #elsewhere = false;

  constructor(request: FetchAttemptRequest, own: boolean, kindOf: KindOf) {
    this.request = request;
    this.own = own;
    this.#kindOf = kindOf;
  }

  /**
   * Sends the request.
   *
   * @param limited - Whether `cut` may be called.
   */
  send(input: string | URL | Request, init: FetchInit | undefined, limited: boolean): Promise<Response> {
    const { fetch } = this.request;
    const own = limited ? { ...init, signal: this.#limitSignal() } : init;
    return own ? fetch(input, own) : fetch(input);
  }

  /** Whether the key was removed because a redirect led to another origin, or was sent there. */
  get keyRemoved(): boolean {
    return this.#elsewhere;
  }

  /** Ends the attempt, because its time is over. */
  cut(error: Error): void {
    this.#controller?.abort(error);
  }

  outcome(response: Response): ResponseOutcome {
    const { status, headers } = response;
    const hop = this.hopOf(response);
    this.#elsewhere = hop !== undefined && originOf(hop.url) !== originOf(this.request.url);
    return { type: 'response', status, headers, hop, unseenCopies: this.unseenBehind(status) };
  }

  failure(error: unknown): FailureOutcome {
    return { type: 'failure', kind: this.#kindOf(error), delivery: this.deliveryOf(error), error };
  }

  /** A status answers this request only if fetch didn't follow a redirect. The response's own URL shows that. */
  protected hopOf(response: Response): Hop | undefined {
    const followed = response.redirected === true || (!this.own && !response.ok && isElsewhere(response, this.request));
    return followed ? { url: response.url, sameMethod: methodSemantics(this.request.method).safe } : undefined;
  }

  /** Which copies a status leaves unseen. Any other function than the own fetch may have sent more than one. */
  protected unseenBehind(status: number): boolean | 'others' {
    if (this.own || !this.request.mayChange) return false;
    return status >= 400 || 'others';
  }

  /** Any other function than the own fetch may have sent more requests than this one, or may send it later. */
  protected deliveryOf(_error: unknown): FailureDelivery {
    return this.own && isInvalid(this.request.url) ? 'never-sent' : 'unknown';
  }

  /** Aborts when the attempt's time is over, or when the caller aborts, even while the body is read. */
  #limitSignal(): AbortSignal {
    this.#controller = new AbortController();
    const { signal } = this.request;
    return signal ? anySignal([signal, this.#controller.signal]) : this.#controller.signal;
  }
}

function isInvalid(url: string): boolean {
  try {
    new URL(url);
    return false;
  } catch {
    return true;
  }
}

/** Whether a response names another URL than the one that was asked for. A mock may omit it. */
function isElsewhere({ url: answered }: Response, request: FetchAttemptRequest): boolean {
  try {
    return Boolean(answered) && withoutHash(answered) !== withoutHash(request.url);
  } catch {
    return true;
  }
}

function withoutHash(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}
