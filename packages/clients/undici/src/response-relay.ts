import type { Dispatcher } from 'undici';
import type { Caller } from './caller.ts';
import type { Controlled, StableController } from './stable-controller.ts';
import type { CallersHandler } from './undici-request.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** How a response starts. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string | undefined;
}

/** Reading this much takes less time than opening a new connection. */
const DRAIN_BYTES = 65_536;

const DISCARDED = 'The response was discarded, because a retry follows';

/**
 * The response of one attempt between undici and the caller. It is held until it is known whether the caller gets it.
 * Then it is passed on at the caller's pace, or discarded.
 */
export class ResponseRelay implements Controlled {
  /** That of the connection that serves the attempt now. */
  controller: Controller | undefined;
  readonly #handler: CallersHandler;
  readonly #stable: StableController;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #trailers: Headers | undefined;
  #error: unknown;
  #broken = false;
  #look: (() => void) | undefined;
  #state: 'held' | 'draining' | 'open' | 'closed' = 'held';

  constructor({ handler, controller }: Caller) {
    this.#handler = handler;
    this.#stable = controller;
  }

  /** Whether all of the response is here. */
  get complete(): boolean {
    return this.#trailers !== undefined && this.#state !== 'closed';
  }

  /**
   * Lets the body arrive, and keeps it for the caller.
   *
   * @returns All of it. undefined if it is longer than that, breaks off, or isn't complete when the signal is aborted.
   */
  look(maxBytes: number, signal: AbortSignal): Promise<Buffer | undefined> {
    this.controller?.resume();
    return new Promise((resolve) => {
      const look = (): void => {
        if (!signal.aborted && !this.complete && !this.#broken && this.#bytes <= maxBytes) return;
        this.#look = undefined;
        signal.removeEventListener('abort', look);
        this.pause();
        resolve(this.complete && this.#bytes <= maxBytes ? Buffer.concat(this.#chunks) : undefined);
      };
      this.#look = look;
      signal.addEventListener('abort', look);
      look();
    });
  }

  data(chunk: Buffer): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'open' && this.#chunks.length === 0 && !this.#stable.paused)
      return void this.#handler.onResponseData?.(this.#stable, chunk);
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#look?.();
    if (this.#state === 'draining' && this.#bytes > DRAIN_BYTES) this.discard();
  }

  end(trailers: Headers): void {
    this.#trailers = trailers;
    this.#look?.();
    if (this.#state === 'open' && this.#chunks.length === 0) this.#finish(trailers);
  }

  fail(error: unknown): void {
    this.#error = error;
    this.#broken = true;
    this.#look?.();
    this.#flush();
  }

  /** Pauses the connection while the response isn't needed. */
  pause(): void {
    if (!this.complete) this.controller?.pause();
  }

  /** A retry follows. Reads what is left of a small response, so that its connection can serve the retry. */
  drain(): void {
    if (this.#state !== 'held') return;
    this.#state = 'draining';
    this.controller?.resume();
  }

  /** Gets rid of the response, and of its connection unless it is complete. */
  discard(): void {
    if (this.#state === 'closed') return;
    const open = !this.complete && !this.#broken;
    this.#state = 'closed';
    this.#chunks = [];
    if (open) this.controller?.abort(new Error(DISCARDED));
  }

  /**
   * Passes this response to the caller, with everything that has arrived, and the rest as it arrives.
   *
   * @param head - undefined if an interceptor inside ends a response that it never started.
   */
  open(head: ResponseHead | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'open';
    this.#stable.follow(this);
    try {
      if (head) this.#handler.onResponseStart?.(this.#stable, head.status, head.headers, head.text);
    } catch (error) {
      return void this.abort(error as Error);
    }
    this.resume();
  }

  resume(): void {
    this.#flush();
    if (this.#state === 'open' && !this.#stable.paused) this.controller?.resume();
  }

  /** Ends the response for the caller. */
  abort(reason: Error): void {
    if (this.#state !== 'open') return;
    this.#chunks = [];
    if (this.#trailers === undefined && !this.#broken) this.controller?.abort(reason);
    // Undici says nothing more of a response that is complete.
    else this.#close(reason);
  }

  #flush(): void {
    while (this.#state === 'open' && this.#chunks.length > 0 && (this.#broken || !this.#stable.paused)) {
      // Also for a handler without this method, which undici 7 allows.
      const chunk = this.#chunks.shift() as Buffer;
      try {
        this.#handler.onResponseData?.(this.#stable, chunk);
      } catch (error) {
        this.abort(error as Error);
      }
    }
    if (this.#state !== 'open' || this.#chunks.length > 0) return;
    if (this.#broken) this.#close(this.#error);
    else if (this.#trailers !== undefined) this.#finish(this.#trailers);
  }

  #finish(trailers: Headers): void {
    try {
      this.#handler.onResponseEnd?.(this.#stable, trailers);
      this.#state = 'closed';
    } catch (error) {
      this.#close(error);
    }
  }

  #close(error: unknown): void {
    this.#state = 'closed';
    this.#handler.onResponseError(this.#stable, error as Error);
  }
}
