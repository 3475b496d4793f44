import { subscribe } from 'node:diagnostics_channel';
import { type CopyWatch, sentRequests } from '@twicesafe/evidence';

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
    if (subscribed) return;
    subscribed = true;
    sentRequests.owners.push((request) => WatchedHandler.of(request)?.copies);
    subscribe(CHANNEL, notice);
  }

  protected abstract readonly copies: CopyWatch | undefined;

  protected abstract made(request: MadeRequest): void;

  /** The handler is a member of the request, under a symbol of undici's (undici 8). Undici 7 hides it, so nothing is learned. */
  static of(request: object): WatchedHandler | undefined {
    for (const symbol of Object.getOwnPropertySymbols(request)) {
      const handler = unwrapped(request[symbol as never]);
      if (handler instanceof WatchedHandler) return handler;
    }
    return undefined;
  }

  static tell(request: MadeRequest): void {
    WatchedHandler.of(request)?.made(request);
  }
}

function notice(message: unknown): void {
  WatchedHandler.tell((message as { readonly request: MadeRequest }).request);
}

/** What undici's own redirect handler passes every start on to. */
function unwrapped(value: unknown): unknown {
  const isRedirect = (value as object | null | undefined)?.constructor?.name === 'RedirectHandler';
  return isRedirect ? (value as { readonly handler?: unknown }).handler : value;
}
