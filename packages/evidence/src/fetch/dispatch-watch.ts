import { globalDispatcher, isBridge, isUndicis } from './dispatcher.ts';
import type { DispatcherLike, DispatchHandler, DispatchOptions } from './dispatcher-like.ts';
import { isPlainInside } from './plain-dispatcher.ts';
import type { ResponseHold } from './response-hold.ts';

type Headers = readonly (readonly [name: string, value: string])[];

/** Ends a request: undici 6 and 7 give a function, undici 8 a controller. */
type Abort = (error: Error) => void;

/**
 * Watches the hops of one attempt from their dispatch to their end, which is the most precise evidence in Node. The
 * requests go through the same dispatcher as without it.
 *
 * Its proof is enforced. After it reported that nothing was sent, a late start is aborted.
 */
export class DispatchWatch implements DispatcherLike {
  readonly #callers: DispatcherLike | undefined;
  readonly #keyHeaders: Headers;
  readonly #hold: ResponseHold | undefined;
  #first: DispatchOptions | undefined;
  #last: DispatchOptions | undefined;
  #dispatches = 0;
  #plain = true;
  #bridged = true;
  #started = false;
  #leftOrigin = false;
  #base: DispatcherLike | undefined;
  #abort: Abort | undefined;
  #closed: Error | undefined;

  /**
   * @param callers - The dispatcher that the caller named, if any.
   * @param keyHeaders - The headers that contain the key, which belong to one origin only.
   */
  constructor(callers: DispatcherLike | undefined, keyHeaders: Headers, hold: ResponseHold | undefined) {
    this.#callers = callers;
    this.#keyHeaders = keyHeaders;
    this.#hold = hold;
  }

  /** fetch asks its dispatcher for this before it passes a body on, because undici's MockAgent needs it unread. */
  get isMockActive(): unknown {
    const base = this.#callers ?? globalDispatcher(true);
    return (base as { isMockActive?: unknown } | undefined)?.isMockActive;
  }

  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean {
    if (this.#closed) throw this.#closed;
    this.#dispatches++;
    this.#first ??= options;
    this.#last = options;
    if (options.origin !== this.#first.origin) this.#removeKey(options);
    const base = this.#callers ?? (globalDispatcher(handler.onRequestStart !== undefined) as DispatcherLike);
    this.#bridged &&= isBridge(base);
    this.#base = base;
    this.#markStart(handler, 'onConnect', (given) => given as Abort);
    this.#markStart(handler, 'onRequestStart', (given) => (error) => (given as { abort: Abort }).abort(error));
    this.#hold?.install(handler);
    try {
      return base.dispatch(options, handler);
    } finally {
      this.#plain &&= isUndicis(base, true);
    }
  }

  /** Whether the call came here at all. A Request with a dispatcher of its own does not. */
  get used(): boolean {
    return this.#dispatches > 0;
  }

  /** Whether a request was handed to a connection. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether the dispatcher is undici's own, so that an unannounced request never started. */
  get plain(): boolean {
    return this.#plain;
  }

  /** Whether the pools and clients inside are undici's own, too, as far as they exist. */
  get plainInside(): boolean {
    return !this.#base || isPlainInside(this.#base);
  }

  /** Whether the dispatcher is undici's bridge to one that cannot be looked at, and that speaks by its errors only. */
  get bridged(): boolean {
    return this.#bridged;
  }

  /** Whether there was only one request, to which an error or a status must belong. */
  get single(): boolean {
    return this.#dispatches === 1;
  }

  /** Whether fetch followed a redirect, so that the last request differs from the first. */
  get redirected(): boolean {
    const [first, last] = [this.#first, this.#last];
    return first?.path !== last?.path || first?.origin !== last?.origin || !this.sameMethod;
  }

  /** Whether the last request had the method of the first. */
  get sameMethod(): boolean {
    return this.#first?.method === this.#last?.method;
  }

  /**
   * Whether a redirect led to another origin. Our key was removed there, and one that the caller wrote is for the first
   * one.
   */
  get leftOrigin(): boolean {
    return this.#leftOrigin;
  }

  /** Whether a response that was held back broke off. */
  get truncated(): boolean {
    return this.#hold?.truncated ?? false;
  }

  /** Ends the attempt and blocks any request of it that would start later. */
  close(error: Error): void {
    this.#closed ??= error;
    this.#abort?.(error);
  }

  #removeKey({ headers = {} }: DispatchOptions): void {
    this.#leftOrigin = true;
    const names = this.#keyHeaders.map(([name]) => name.toLowerCase());
    for (const name of Object.keys(headers)) if (names.includes(name.toLowerCase())) delete headers[name];
  }

  #markStart(handler: DispatchHandler, name: 'onConnect' | 'onRequestStart', abortOf: (given: unknown) => Abort): void {
    const original = handler[name] as ((...parameters: unknown[]) => unknown) | undefined;
    if (!original) return;
    handler[name] = (...parameters: unknown[]) => {
      const abort = abortOf(parameters[0]);
      if (this.#closed) return abort(this.#closed);
      this.#started = true;
      this.#abort = abort;
      return original.apply(handler, parameters);
    };
  }
}
