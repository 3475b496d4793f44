import { onAbort } from './on-abort.ts';
import type { ResponseRelay } from './response-relay.ts';
import { StableController } from './stable-controller.ts';
import type { CallersHandler } from './undici-request.ts';

/** The caller of a dispatch, with its handler and its abort. */
export class Caller {
  readonly handler: CallersHandler;
  readonly controller: StableController;
  readonly #onCancel: (reason: Error) => void;
  #context: object | undefined;
  #cancellation: AbortController | undefined;
  #stopListening: (() => void) | undefined;
  #response: ResponseRelay | undefined;

  /** @param onCancel - The caller gives up before it has a response. */
  constructor(handler: CallersHandler, onCancel: (reason: Error) => void) {
    this.handler = handler;
    this.controller = new StableController((reason) => this.#abort(reason));
    this.#onCancel = onCancel;
  }

  /** The context that the handler got, and passes on to the caller. */
  get context(): object | undefined {
    return this.#context;
  }

  /**
   * Aborted when the caller gives up. undefined until something waits or the caller aborts, because most calls don't
   * need it.
   */
  get signal(): AbortSignal | undefined {
    return this.#cancellation?.signal;
  }

  /** Makes the signal. */
  prepareSignal(): AbortController {
    this.#cancellation ??= new AbortController();
    return this.#cancellation;
  }

  /** Something waits. The handler gets its controller before, because it gives up with it. */
  prepareToWait(): void {
    this.prepareSignal();
    try {
      this.#announce(null);
    } catch (error) {
      this.#abort(error as Error);
    }
  }

  /**
   * While a request waits for a connection, its handler lacks a controller. It gets one as soon as the caller aborts.
   */
  listen(signal: unknown): void {
    if (!this.#context && signal) this.#stopListening = onAbort(signal, () => this.#announce(null));
  }

  /** An attempt was handed to a connection. */
  follow(relay: ResponseRelay, context: unknown): void {
    this.controller.follow(relay);
    this.#announce(context);
  }

  /** The caller gives up. */
  cancel(reason: Error): void {
    this.prepareSignal().abort(reason);
  }

  /** From now on the caller reads this response. */
  reads(relay: ResponseRelay): void {
    this.#stopListening?.();
    this.#response = relay;
  }

  /** Ends the call with an error. */
  fail(error: Error): void {
    this.#stopListening?.();
    // Undici gives no controller, either, for a request that never started.
    this.handler.onResponseError(this.#context ? this.controller : (null as never), error);
  }

  /**
   * The handler learns of one start only. What a later attempt adds to the context, such as redirects, shows in the
   * same object.
   */
  #announce(context: unknown): void {
    this.#stopListening?.();
    if (this.#context) return void Object.assign(this.#context, context);
    this.#context = { ...(context as object | null) };
    this.handler.onRequestStart(this.controller, this.#context);
  }

  #abort(reason: Error): void {
    if (this.#response) return void this.#response.abort(reason);
    this.cancel(reason);
    this.#onCancel(reason);
  }
}
