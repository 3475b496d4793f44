import type { FailureKind } from '@twicesafe/core';
import type { FailureDelivery, Hop } from '@twicesafe/core/adapter';
import { CopyWatch, deliveryOf, deliveryOfCopy, failureKindOf } from '@twicesafe/evidence';
import type { MadeRequest } from './watched-handler.ts';

/** Errors of a dispatch that undici does not even queue. */
const NOT_QUEUED: ReadonlySet<unknown> = new Set([
  'UND_ERR_INVALID_ARG', // the request cannot be sent
  'UND_ERR_NOT_SUPPORTED', // the same, for the expect header
  'UND_ERR_CLOSED', // the dispatcher was closed
  'UND_ERR_DESTROYED', // the dispatcher was destroyed
]);

/** The request that a dispatch is about. */
export interface DispatchedRequest {
  readonly method: string;
  /** Whether a copy may change something, whatever the method says. */
  readonly mayChange: boolean;
  /** Whether the request may be sent again. Asks the protocols, so it is read only where the answer matters. */
  readonly repeatable: boolean;
  /** Empty if only the dispatcher knows it. */
  readonly origin: string;
  /** The absolute URL, or the path if only the dispatcher knows the origin. */
  readonly url: string;
  /** The headers that contain the key, which belong to one origin only. */
  readonly keyHeaders: readonly (readonly [name: string, value: string])[];
  /** Whether the error at hand may be that of the caller's own stream. */
  readonly bodyMayHaveFailed: boolean;
}

/** The observations of one dispatch, and what they prove. */
export class DispatchEvidence {
  /** What interceptors inside really send. Undefined if a copy is harmless. */
  readonly copies: CopyWatch | undefined;
  readonly #request: DispatchedRequest;
  /** The last request that undici made for this dispatch, if undici got this handler directly. */
  #made: MadeRequest | undefined;
  /** Where the key belongs. If only the dispatcher knows it, the first request shows it. */
  #origin: string;
  #leftOrigin = false;
  #started = false;
  #notQueued = false;
  #history: readonly URL[] = [];
  #error: unknown;
  readonly #previous: DispatchEvidence | undefined;

  constructor(request: DispatchedRequest, previous: DispatchEvidence | undefined) {
    this.#request = request;
    this.#origin = request.origin;
    this.#previous = previous;
    this.copies = CopyWatch.for(request);
  }

  /** Calls `dispatch`, and watches what interceptors inside send. */
  watch<Result>(dispatch: () => Result): Result {
    return this.copies ? this.copies.open(dispatch) : dispatch();
  }

  /** Whether this dispatch or one before it sent a copy after its end. */
  get sentLater(): boolean {
    return this.copies?.sentLater === true || this.#previous?.sentLater === true;
  }

  /** The error in place of a dispatch that is unsafe, because a copy of the one before it may be under way. */
  get doubt(): unknown {
    const previous = this.#previous;
    if (!previous?.sentLater || this.#request.repeatable) return undefined;
    return previous.#error ?? new Error('A copy of the request was sent after its attempt');
  }

  /** Whether a request was handed to a connection. */
  get started(): boolean {
    return this.#started;
  }

  /** A request was handed to a connection. */
  markStarted(): void {
    this.#started = true;
  }

  /** The call of `dispatch` itself ended with this error, without a controller. */
  seeRefusal(error: Error & { readonly code?: unknown }): void {
    if (NOT_QUEUED.has(error.code)) this.#notQueued = true;
  }

  /**
   * A redirect interceptor inside keeps the URLs that it visited in the context, and goes on writing into the same
   * array.
   */
  seeContext(context: unknown): void {
    const history = (context as { readonly history?: unknown } | null | undefined)?.history;
    if (Array.isArray(history)) this.#history = history;
  }

  /** undici created a request, either the first one or one for a redirect. The key does not go to another origin. */
  seeRequest(made: MadeRequest): void {
    this.#made = made;
    this.#origin ||= made.origin;
    if (made.origin === this.#origin) return;
    this.#leftOrigin = true;
    const names = this.#request.keyHeaders.map(([name]) => name.toLowerCase());
    for (let index = made.headers.length - 2; index >= 0; index -= 2)
      if (names.includes(String(made.headers[index]).toLowerCase())) made.headers.splice(index, 2);
  }

  /** Whether a redirect led to another origin, or may have. */
  leftOrigin(answered: boolean): boolean {
    if (this.#made || this.#history.length === 0) return this.#leftOrigin;
    return !answered || this.#history.some(({ origin }) => origin !== this.#origin);
  }

  /** The hop that answered, if it is another one than the first. */
  get hop(): Hop | undefined {
    const url = this.#history.at(-1)?.href;
    if (url === undefined || this.#history.length < 2) return undefined;
    const { method } = this.#request;
    // 303 turns any other method into a GET (RFC 9110 section 15.4.4), and the interceptor does not say what it
    // followed.
    const sameMethod = this.#made ? this.#made.method === method : method === 'GET' || method === 'HEAD';
    return { url, sameMethod };
  }

  /**
   * The kind of an error that came without a response. What undici doesn't even queue, it will not queue the next time.
   */
  kindOf(error: unknown): FailureKind {
    const kind = failureKindOf(error);
    return kind === 'network' && this.#notQueued ? 'permanent' : kind;
  }

  /**
   * What an error proves that came without a response.
   *
   * @param announced - Whether the handler of the attempt would have seen a start.
   */
  deliveryOf(error: unknown, announced: boolean): FailureDelivery {
    this.#error = error;
    const { bodyMayHaveFailed } = this.#request;
    if (!this.#started && this.#notQueued) return 'never-sent';
    const { copies } = this;
    if (!this.#started && announced && this.#made && (copies?.single ?? true)) return 'never-sent';
    const proved = bodyMayHaveFailed ? 'unknown' : this.#provedBy(error);
    if (!this.#started) return proved;
    // The request is under way, so only the protocol can still refuse it, and only this one: not a redirect's target.
    return proved === 'refused' && this.#history.length === 0 ? 'refused' : 'unknown';
  }

  /** An interceptor may have sent other requests, and the error may be that of one of those. */
  #provedBy(error: unknown): FailureDelivery {
    if (this.copies) return deliveryOfCopy(this.copies, error, this.#request.method);
    return this.#made ? deliveryOf(error) : 'unknown';
  }

  /** Which copies that an interceptor inside may have sent a status leaves unseen. */
  unseenBehind(status: number): boolean | 'others' {
    // The success of a redirect's target has a copy at another place.
    return this.copies !== undefined && (status >= 400 || !this.hop) && this.copies.unseenBehind(status);
  }
}
