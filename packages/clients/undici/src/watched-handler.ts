import { subscribe } from 'node:diagnostics_channel';

/** Published with every request that undici makes of a dispatch, before any of it is sent (undici's documentation). */
const CHANNEL = 'undici:request:create';

/** A request as undici is about to queue it. */
export interface MadeRequest {
  readonly origin: string;
  readonly method: string;
  /** Names and values in turn. Changes here are sent, as with `request.addHeader`. */
  readonly headers: unknown[];
}

let subscribed = false;

/**
 * A dispatch handler that detects the requests that undici creates for it, wrapped at most by undici's redirect handler. Only
 * then does a missing announcement prove that nothing was sent. Other interceptors, mocks and dispatchers may not announce.
 */
export abstract class WatchedHandler {
  constructor() {
    if (!subscribed) subscribe(CHANNEL, notice);
    subscribed = true;
  }

  protected abstract made(request: MadeRequest): void;

  static tell(handler: unknown, request: MadeRequest): void {
    if (handler instanceof WatchedHandler) handler.made(request);
  }
}

/** The handler is a member of the request, under a symbol of undici's (undici 8). undici 7 hides it. */
function notice(message: unknown): void {
  const { request } = message as { readonly request: MadeRequest & Readonly<Record<symbol, unknown>> };
  for (const symbol of Object.getOwnPropertySymbols(request))
    WatchedHandler.tell(unwrapped(request[symbol as never]), request);
}

/** What undici's own redirect handler passes every start on to. */
function unwrapped(value: unknown): unknown {
  const isRedirect = (value as object | null | undefined)?.constructor?.name === 'RedirectHandler';
  return isRedirect ? (value as { readonly handler?: unknown }).handler : value;
}
