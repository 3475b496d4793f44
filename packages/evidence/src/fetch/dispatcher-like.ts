/** As much of undici's Dispatcher as Node's fetch uses. */
export interface DispatcherLike {
  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean;
}

/** What fetch gives a dispatcher: a new object for every request, followed redirects included. */
export interface DispatchOptions {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly headers?: Record<string, unknown>;
}

type Callback = (...parameters: never[]) => unknown;

/**
 * fetch's handler: a new object for every dispatch. undici 6 and 7 call the first of each pair, undici 8 the second.
 */
export interface DispatchHandler {
  onConnect?: Callback;
  onRequestStart?: Callback;
  onHeaders?: Callback;
  onResponseStart?: Callback;
  onData?: Callback;
  onResponseData?: Callback;
  onComplete?: Callback;
  onResponseEnd?: Callback;
  onError?: Callback;
  onResponseError?: Callback;
}

export function isDispatcher(value: unknown): value is DispatcherLike {
  return typeof value === 'object' && value !== null && typeof (value as DispatcherLike).dispatch === 'function';
}
