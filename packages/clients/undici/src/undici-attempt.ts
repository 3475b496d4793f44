import { type FailureOutcome, headersFrom, type ResponseOutcome } from '@twicesafe/core/adapter';
import { announcesAtMost, type CopyWatch } from '@twicesafe/evidence';
import type { Dispatcher } from 'undici';
import type { AttemptCall } from './attempt-call.ts';
import type { Caller } from './caller.ts';
import { DispatchEvidence } from './dispatch-evidence.ts';
import type { DispatchOptions } from './options.ts';
import { type ResponseHead, ResponseRelay } from './response-relay.ts';
import { assertNoRetryHandler } from './retry-handler.ts';
import { type MadeRequest, type WatchedAttempt, WatchedHandler } from './watched-handler.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** The longest that a small response is held until it is complete, in milliseconds. */
const HOLD_MS = 1000;

/** One dispatch. It collects what the dispatch proves, and passes its response on or discards it. */
export class UndiciAttempt implements WatchedAttempt {
  readonly relay: ResponseRelay;
  readonly #call: AttemptCall;
  readonly #evidence: DispatchEvidence;
  readonly #handler: WatchedHandler;
  #settle: { resolve(attempt: UndiciAttempt): void; reject(error: unknown): void } | undefined;
  #accepted = true;
  /** Until `dispatch` returns. */
  #dispatching = true;
  #closed: Error | undefined;
  #misuse = false;
  #head: ResponseHead | undefined;
  #cancelHold: (() => void) | undefined;

  /** @param previous - The attempt before it. A copy that was sent after its end makes this one unsafe. */
  constructor(call: AttemptCall, previous: UndiciAttempt | undefined) {
    this.#call = call;
    this.#evidence = new DispatchEvidence(call, previous ? previous.#evidence : undefined);
    this.#handler = new WatchedHandler(this);
    this.relay = new ResponseRelay(call.caller);
  }

  /**
   * Sends the request. Resolves when the response is there, or read as far as it is held.
   *
   * @throws The error of the dispatch, or what an interceptor inside throws.
   */
  send(dispatch: Dispatcher.Dispatch, options: DispatchOptions): Promise<UndiciAttempt> {
    const { doubt } = this.#evidence;
    if (doubt) return Promise.reject(doubt);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      try {
        this.#accepted = this.#evidence.watch(() => dispatch(options, this.#handler));
      } catch (error) {
        this.#misuse = true;
        this.#fail(error);
      }
      this.#dispatching = false;
    });
  }

  /** What interceptors inside really send. */
  get copies(): CopyWatch | undefined {
    return this.#evidence.copies;
  }

  /** The result of `dispatch`, which is whether the dispatcher takes more requests now. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Whether a request was handed to a connection. */
  get started(): boolean {
    return this.#evidence.started;
  }

  /** Whether a redirect interceptor inside led to another origin, or may have. */
  get leftOrigin(): boolean {
    return this.#evidence.leftOrigin(this.#head !== undefined);
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
    const unseenCopies = this.#evidence.unseenBehind(status);
    return { type: 'response', status, headers: headersFrom(headers), hop: this.#evidence.hop, unseenCopies };
  }

  failure(error: unknown): FailureOutcome {
    if (this.#head) return { type: 'failure', kind: 'truncated-body', delivery: 'unknown', error };
    const delivery = this.#evidence.deliveryOf(error, WatchedHandler.isIntact(this.#handler));
    // A proof is enforced: what was never sent is not sent later, either.
    if (delivery === 'never-sent') this.#closed ??= new Error('The attempt was judged as never sent');
    return { type: 'failure', kind: this.#misuse ? 'programmer-error' : this.#evidence.kindOf(error), delivery, error };
  }

  /** Passes the response on. The caller's handler gets everything that has arrived, and the rest as it arrives. */
  handOver(): void {
    this.relay.open(this.#head);
  }

  onRequestStart(controller: Controller, context: unknown): void {
    if (this.#closed) return void controller.abort(this.#closed);
    try {
      assertNoRetryHandler(controller);
      this.#evidence.seeContext(context);
      this.relay.controller = controller;
      this.#call.caller.follow(this.relay, context);
    } catch (error) {
      // Aborted now, nothing is written.
      this.#misuse = true;
      return void controller.abort(error as Error);
    }
    if (!this.#closed) this.#evidence.markStarted();
  }

  onBodySent(chunk: Buffer): void {
    this.#tell(({ handler }) => handler.onBodySent?.(chunk));
  }

  onRequestSent(): void {
    this.#tell(({ handler }) => handler.onRequestSent?.());
  }

  onResponseStarted(): void {
    this.#tell(({ handler }) => handler.onResponseStarted?.());
  }

  onResponseStart(controller: Controller, status: number, headers: Headers, text?: string): void {
    const { holdBytes, clock } = this.#call;
    // RFC 9110 section 15.2: interim responses come before the final one. The caller gets them at once.
    if (status < 200)
      return void this.#tell(({ handler, controller }) => handler.onResponseStart?.(controller, status, headers, text));
    this.relay.controller = controller;
    this.#head = { status, headers, text };
    const { 'content-length': length, 'content-type': type } = headers;
    if (status > 299 || !announcesAtMost(holdBytes, length?.toString(), type?.toString())) return void this.#succeed();
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
    if (!this.#settle || (this.#head && !this.#call.repeatable)) {
      this.relay.fail(error);
      return void this.#succeed();
    }
    if (this.#dispatching && !controller) this.#evidence.seeRefusal(error);
    // From undici 8.13 on, a request that waits is taken out of the queue when the caller gives up.
    if (controller?.aborted && !this.started && !this.#closed && !this.#misuse) this.#call.caller.cancel(error);
    this.#fail(error);
  }

  made(request: MadeRequest): void {
    this.#evidence.seeRequest(request);
  }

  /** Calls the caller's handler during the attempt. If that throws, undici ends the request, and no retry follows. */
  #tell(call: (caller: Caller) => void): void {
    try {
      call(this.#call.caller);
    } catch (error) {
      this.#misuse = true;
      throw error;
    }
  }

  #succeed(): void {
    this.copies?.end();
    this.#cancelHold?.();
    this.#settle?.resolve(this);
    this.#settle = undefined;
  }

  #fail(error: unknown): void {
    this.copies?.end();
    this.#cancelHold?.();
    this.#settle?.reject(error);
    this.#settle = undefined;
  }
}
