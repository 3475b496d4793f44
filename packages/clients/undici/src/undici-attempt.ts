import type { Clock, FailureDelivery, FailureOutcome, ResponseOutcome } from '@twicesafe/core';
import { headersFrom } from '@twicesafe/core';
import { announcesAtMost, deliveryOf, failureKindOf } from '@twicesafe/evidence';
import type { Dispatcher } from 'undici';
import type { DispatchOptions } from './options.ts';
import { ResponseRelay } from './response-relay.ts';
import { assertNoRetryHandler } from './retry-handler.ts';
import type { StableController } from './stable-controller.ts';
import { type MadeRequest, WatchedHandler } from './watched-handler.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** The longest that a small response is held until it is complete, in milliseconds. */
const HOLD_MS = 1000;

/** Errors of a dispatch that undici does not even queue. */
const NOT_QUEUED: ReadonlySet<unknown> = new Set([
  'UND_ERR_INVALID_ARG', // the request cannot be sent
  'UND_ERR_NOT_SUPPORTED', // the same, for the expect header
  'UND_ERR_CLOSED', // the dispatcher was closed
  'UND_ERR_DESTROYED', // the dispatcher was destroyed
]);

/** What an attempt needs of the call that it belongs to. */
export interface AttemptCall {
  readonly method: string;
  readonly origin: string;
  readonly clock: Clock;
  /** The headers that carry the key: they are for no other origin. */
  readonly keyHeaders: readonly (readonly [name: string, value: string])[];
  /** The caller's handler. */
  readonly handler: Dispatcher.DispatchHandler;
  readonly controller: StableController;
  /** Whether the body is a stream whose own error may be the one at hand. */
  readonly streamBody: boolean;
  /** Holds a successful response of at most this many bytes until it is complete. 0 holds none. */
  readonly holdBytes: number;
  /** A request of the attempt was handed to a connection. */
  started(attempt: UndiciAttempt, context: unknown): void;
  /** The caller gave up while the request waited in undici's queue. */
  abandoned(reason: unknown): void;
}

/** One dispatch, as its handler: what it proves, and what becomes of its response. */
export class UndiciAttempt extends WatchedHandler implements Dispatcher.DispatchHandler {
  readonly relay: ResponseRelay;
  readonly #call: AttemptCall;
  #settle: { resolve(attempt: UndiciAttempt): void; reject(error: unknown): void } | undefined;
  #accepted = true;
  #dispatching = false;
  #started = false;
  #history: readonly URL[] = [];
  /** The last request that undici made for us, if nothing is between it and us. */
  #made: MadeRequest | undefined;
  #leftOrigin = false;
  #closed: Error | undefined;
  #misuse: unknown;
  #neverQueued = false;
  #head: { readonly status: number; readonly headers: Headers; readonly text: string | undefined } | undefined;
  #cancelHold: (() => void) | undefined;

  constructor(call: AttemptCall) {
    super();
    this.#call = call;
    this.relay = new ResponseRelay(call.handler, call.controller);
  }

  /**
   * Sends the request. Resolves when the response is there, or read as far as it is held.
   *
   * @throws The error of the dispatch, or what an interceptor inside throws.
   */
  send(dispatch: Dispatcher.Dispatch, options: DispatchOptions): Promise<UndiciAttempt> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#dispatching = true;
      try {
        this.#accepted = dispatch(options, this);
      } catch (error) {
        this.#misuse = error;
        this.#fail(error);
      }
      this.#dispatching = false;
    });
  }

  /** What `dispatch` returned: whether the dispatcher takes more requests at once. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Whether a request was handed to a connection. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether a redirect interceptor inside led to another origin, or may have. */
  get leftOrigin(): boolean {
    if (this.#made || this.#history.length === 0) return this.#leftOrigin;
    return !this.#head || this.#history.some(({ origin }) => origin !== this.#call.origin);
  }

  get responseHeaders(): object {
    return this.#head?.headers ?? {};
  }

  /** Ends the attempt, and makes sure that it does not start from now on. */
  close(error: Error): void {
    this.#closed ??= error;
    this.relay.controller?.abort(error);
    this.#fail(error);
  }

  outcome(): ResponseOutcome {
    const { status = 0, headers = {} } = this.#head ?? {};
    const url = this.#history.at(-1)?.href;
    // 303 turns any other method into a GET (RFC 9110 section 15.4.4), and the interceptor does not say what it followed.
    const { method } = this.#call;
    const sameMethod = this.#made ? this.#made.method === method : method === 'GET' || method === 'HEAD';
    const hop = url === undefined || this.#history.length < 2 ? undefined : { url, sameMethod };
    return { type: 'response', status, headers: headersFrom(headers), hop };
  }

  failure(error: unknown): FailureOutcome {
    const kind = this.#head ? 'truncated-body' : this.#misuse ? 'programmer-error' : failureKindOf(error);
    return { type: 'failure', kind, delivery: this.#deliveryOf(error), error };
  }

  onRequestStart(controller: Controller, context: unknown): void {
    if (this.#closed) return void controller.abort(this.#closed);
    try {
      assertNoRetryHandler(controller);
    } catch (error) {
      this.#misuse = error;
      return void controller.abort(error as Error);
    }
    this.#history = historyOf(context);
    this.relay.controller = controller;
    this.#call.started(this, context);
    // Not before: the caller's handler may abort, or throw, and then undici writes nothing.
    this.#started = true;
  }

  onBodySent(chunk: Buffer): void {
    this.#call.handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    this.#call.handler.onRequestSent?.();
  }

  onResponseStarted(): void {
    this.#call.handler.onResponseStarted?.();
  }

  onResponseStart(controller: Controller, status: number, headers: Headers, text?: string): void {
    const { handler, controller: stable, holdBytes, clock } = this.#call;
    // RFC 9110 section 15.2: interim responses come before the final one, and are the caller's at once.
    if (status < 200) return void handler.onResponseStart?.(stable, status, headers, text);
    this.relay.controller = controller;
    this.#head = { status, headers, text };
    const { 'content-length': length, 'content-type': type } = headers;
    const held = status < 300 && announcesAtMost(holdBytes, single(length), single(type));
    if (!held) return void this.#succeed();
    // The body of most small responses comes with their headers, and then no timer is needed.
    queueMicrotask(() => {
      if (this.#settle) this.#cancelHold = clock.after(HOLD_MS, () => this.#succeed(), true);
    });
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    this.relay.data(chunk);
  }

  onResponseEnd(_: Controller, trailers: Headers): void {
    this.relay.end(trailers);
    this.#succeed();
  }

  onResponseError(controller: Controller | null, error: Error): void {
    if (!this.#settle) return void this.relay.fail(error);
    this.#neverQueued = this.#dispatching && !controller && NOT_QUEUED.has((error as { code?: unknown }).code);
    // Undici from 8.13 takes a request that waits out of its queue when the caller gives up.
    if (!this.#started && !this.#closed && controller?.aborted) this.#call.abandoned(error);
    this.#fail(error);
  }

  /** Hands the response over: the caller's handler gets what came so far, and then everything as it comes. */
  handOver(): void {
    if (this.#head) this.relay.open(this.#head.status, this.#head.headers, this.#head.text);
  }

  /** Undici made a request for this attempt: the first one, or one for a redirect. */
  protected override made(request: MadeRequest): void {
    this.#made = request;
    if (request.origin === this.#call.origin) return;
    this.#leftOrigin = true;
    const names = this.#call.keyHeaders.map(([name]) => name.toLowerCase());
    for (let index = request.headers.length - 2; index >= 0; index -= 2)
      if (names.includes(String(request.headers[index]).toLowerCase())) request.headers.splice(index, 2);
  }

  #succeed(): void {
    this.#cancelHold?.();
    this.#settle?.resolve(this);
    this.#settle = undefined;
  }

  #fail(error: unknown): void {
    this.#cancelHold?.();
    this.#settle?.reject(error);
    this.#settle = undefined;
  }

  #deliveryOf(error: unknown): FailureDelivery {
    if (this.#head) return 'unknown';
    const { method, streamBody } = this.#call;
    const proof = streamBody ? 'unknown' : deliveryOf(error, { method });
    // The request is under way, so only the protocol can still refuse it, and only this one: not a redirect's target.
    if (this.#started) return proof === 'refused' && this.#history.length === 0 ? 'refused' : 'unknown';
    this.#closed ??= new Error('The attempt was judged as never sent');
    return this.#made || this.#neverQueued ? 'never-sent' : proof;
  }
}

/** The URLs that a redirect interceptor inside has visited. It goes on writing into the same array. */
function historyOf(context: unknown): readonly URL[] {
  const history = (context as { readonly history?: unknown } | null | undefined)?.history;
  return Array.isArray(history) ? history : [];
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
