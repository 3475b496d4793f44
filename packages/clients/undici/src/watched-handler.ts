import { subscribe } from 'node:diagnostics_channel';
import { type CopyWatch, sentRequests } from '@twicesafe/evidence';
import type { Dispatcher } from 'undici';

/** Published with every request that undici makes of a dispatch, before any of it is sent (undici's documentation). */
const CHANNEL = 'undici:request:create';

type Handler = Dispatcher.DispatchHandler;
type Parameters_<Name extends keyof Handler> = Parameters<NonNullable<Handler[Name]>>;

/** A request as undici is about to queue it. */
export interface MadeRequest {
  readonly origin: string;
  readonly method: string;
  /** Names and values in turn. Changes here are sent, as with `request.addHeader`. */
  readonly headers: unknown[];
}

/** What the handler of an attempt passes everything on to. */
export interface WatchedAttempt extends Required<Omit<Handler, 'onRequestUpgrade' | 'onRequestStart'>> {
  readonly copies: CopyWatch | undefined;
  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void;
  /** undici created a request for the attempt. */
  made(request: MadeRequest): void;
}

let subscribed = false;

/**
 * The handler that undici gets for one attempt. It detects the requests that undici creates for it, wrapped at most by
 * undici's redirect handler. Only then does a missing announcement prove that nothing was sent. Other interceptors,
 * mocks and dispatchers may not announce.
 *
 * An interceptor may hand on what inherits from it, or a Proxy. Both pass everything on, but aren't the handler itself.
 */
export class WatchedHandler implements Handler {
  readonly #self: unknown = this;
  /** Found through a Proxy and from what inherits, too, unlike a private member. */
  readonly attempt: WatchedAttempt;

  constructor(attempt: WatchedAttempt) {
    this.attempt = attempt;
    if (subscribed) return;
    subscribed = true;
    sentRequests.owners.push((request) => ownerOf(request));
    subscribe(CHANNEL, notice);
  }

  /** Whether this is a handler itself, with its original start. */
  static isIntact(value: unknown): value is WatchedHandler {
    return typeof value === 'object' && value !== null && #self in value && !Object.hasOwn(value, 'onRequestStart');
  }

  onRequestStart(...details: Parameters_<'onRequestStart'>): void {
    this.attempt.onRequestStart(...details);
  }

  onBodySent(...details: Parameters_<'onBodySent'>): void {
    this.attempt.onBodySent(...details);
  }

  onRequestSent(): void {
    this.attempt.onRequestSent();
  }

  onResponseStarted(): void {
    this.attempt.onResponseStarted();
  }

  onResponseStart(...details: Parameters_<'onResponseStart'>): void {
    this.attempt.onResponseStart(...details);
  }

  onResponseData(...details: Parameters_<'onResponseData'>): void {
    this.attempt.onResponseData(...details);
  }

  onResponseEnd(...details: Parameters_<'onResponseEnd'>): void {
    this.attempt.onResponseEnd(...details);
  }

  onResponseError(...details: Parameters_<'onResponseError'>): void {
    this.attempt.onResponseError(...details);
  }
}

function notice(message: unknown): void {
  const { request } = message as { readonly request: MadeRequest };
  handlerOf(request, WatchedHandler.isIntact)?.attempt.made(request);
}

/** The attempt that a request is a copy for, even if an interceptor made a handler of the attempt's. */
function ownerOf(request: object): CopyWatch | undefined {
  return handlerOf(request, (value) => value instanceof WatchedHandler)?.attempt.copies;
}

/** The handler is a member of the request, under a symbol of undici's (undici 8). Undici 7 hides it. */
function handlerOf(request: object, accepts: (value: unknown) => value is WatchedHandler): WatchedHandler | undefined {
  try {
    for (const symbol of Object.getOwnPropertySymbols(request)) {
      const value: unknown = request[symbol as never];
      if (accepts(value)) return value;
      const inner = unwrapped(value);
      if (accepts(inner)) return inner;
    }
  } catch {
    // A Proxy may throw whatever it likes.
  }
  return undefined;
}

/** How undici's own redirect handler passes every start on. */
const OWN_START = /^onRequestStart ?\(controller, context\) \{\s*this\.handler\.onRequestStart\?\.\(controller, \{/;

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'onRequestStart')) return value;
  const prototype: object | null = Object.getPrototypeOf(value);
  const start: unknown = prototype && Object.getOwnPropertyDescriptor(prototype, 'onRequestStart')?.value;
  const isRedirect = prototype?.constructor?.name === 'RedirectHandler' && OWN_START.test(String(start));
  return isRedirect ? (value as { readonly handler?: unknown }).handler : value;
}
