import type { FailureDelivery } from '@twicesafe/core';
import { deliveryOf } from './delivery/delivery-of.ts';

/** As much of undici's Dispatcher as Node's fetch uses. */
interface DispatcherLike {
  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean;
}

/** What fetch gives a dispatcher: a new object for every request, followed redirects included. */
interface DispatchOptions {
  readonly origin?: unknown;
  readonly headers?: Record<string, unknown>;
}

type Fields = readonly (readonly [name: string, value: string])[];

interface DispatchHandler {
  // undici 6 and 7, and 8: called once the request is about to be written to a connection.
  onConnect?(...parameters: unknown[]): unknown;
  onRequestStart?(...parameters: unknown[]): unknown;
}

// Where the dispatcher is that a call without one takes: Node's own fetch up to Node 25 and undici up to 7 look at the first,
// Node 26 and undici 8 at the second. An application can have both, and neither takes the other's handlers.
const GLOBAL_DISPATCHER_1 = Symbol.for('undici.globalDispatcher.1');
const GLOBAL_DISPATCHER_2 = Symbol.for('undici.globalDispatcher.2');

/**
 * Watches whether one call of fetch handed anything to a connection: the finest evidence that Node gives. Nothing global is
 * touched, and the request goes through the same dispatcher as without it.
 */
export class DispatchWatch implements DispatcherLike {
  readonly #callers: DispatcherLike | undefined;
  readonly #secrets: Fields;
  #dispatches = 0;
  #started = false;
  #origin = '';
  #withheld = false;

  /**
   * @param callers - The dispatcher that the caller named, if it did.
   * @param secrets - Header fields that are not for another origin.
   */
  constructor(callers: DispatcherLike | undefined, secrets: Fields) {
    this.#callers = callers;
    this.#secrets = secrets;
  }

  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean {
    if (this.#dispatches++ === 0) this.#origin = String(options.origin);
    else if (String(options.origin) !== this.#origin) this.#withhold(options);
    const base = this.#callers ?? globalDispatcher(handler.onRequestStart !== undefined);
    this.#markStart(handler, 'onConnect');
    this.#markStart(handler, 'onRequestStart');
    return (base as DispatcherLike).dispatch(options, handler);
  }

  /** Whether the call came here at all: a patched or foreign fetch does not, and then nothing is proved. */
  get used(): boolean {
    return this.#dispatches > 0;
  }

  /** Whether a request was handed to a connection. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether the call sent a second request of its own: a followed redirect, or fetch's own repeat after 421. */
  get followed(): boolean {
    return this.#dispatches > 1;
  }

  /** Whether a followed redirect led to another origin, and secrets were left out there. */
  get withheld(): boolean {
    return this.#withheld;
  }

  #withhold({ headers }: DispatchOptions): void {
    const secrets = this.#secrets.map(([name]) => name.toLowerCase());
    for (const name of Object.keys(headers ?? {})) {
      if (!secrets.includes(name.toLowerCase())) continue;
      delete headers?.[name];
      this.#withheld = true;
    }
  }

  #markStart(handler: DispatchHandler, name: 'onConnect' | 'onRequestStart'): void {
    const original = handler[name];
    if (!original) return;
    handler[name] = (...parameters) => {
      this.#started = true;
      return original.apply(handler, parameters);
    };
  }
}

/** Whether this runtime has dispatchers. Once there is one, there always is: looking for it at each call takes time. */
let dispatchers = false;

/**
 * A watch for one call.
 *
 * @param dispatcher - The caller's own, if the call names one.
 * @param secrets - Header fields that a followed redirect does not carry to another origin.
 * @returns undefined where the runtime has no dispatchers, and in Node before its first fetch.
 */
export function watchDispatch(dispatcher: unknown, secrets: Fields = []): DispatchWatch | undefined {
  if (dispatcher === undefined || dispatcher === null) {
    dispatchers ||= globalDispatcher(true) !== undefined;
    return dispatchers ? new DispatchWatch(undefined, secrets) : undefined;
  }
  return isDispatcher(dispatcher) ? new DispatchWatch(dispatcher, secrets) : undefined;
}

/** @param modern - Whether the call's handler is of the kind that undici 8 takes. */
function globalDispatcher(modern: boolean): DispatcherLike | undefined {
  const scope: Record<symbol, unknown> = globalThis;
  const first = scope[GLOBAL_DISPATCHER_1];
  const second = scope[GLOBAL_DISPATCHER_2];
  const found = modern ? (second ?? first) : (first ?? second);
  return isDispatcher(found) ? found : undefined;
}

function isDispatcher(value: unknown): value is DispatcherLike {
  return typeof value === 'object' && value !== null && 'dispatch' in value && typeof value.dispatch === 'function';
}

/** How a call of fetch was made, as far as it matters to what its error proves. */
interface CallEvidence {
  readonly method: string;
  /** Whether fetch followed redirects by itself: the error may then belong to another request than ours. */
  readonly followsRedirects: boolean;
  readonly streamBody: boolean;
  readonly watch: DispatchWatch | undefined;
}

/** What the error of a call of fetch proves, with all that is known about the call. */
export function deliveryOfCall(
  error: unknown,
  { method, followsRedirects, streamBody, watch }: CallEvidence,
): FailureDelivery {
  if (watch?.used && !watch.started) return 'never-sent';
  return deliveryOf(error, { method, streamBody, redirected: watch?.used ? watch.followed : followsRedirects });
}
