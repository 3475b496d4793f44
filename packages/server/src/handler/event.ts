import type { ProblemCode } from './problem.ts';

/** A method of the store. */
export type StoreAction = 'acquire' | 'extend' | 'complete' | 'release';

/** What happened to a request. `key` is the client's key, where one was read. */
export type IdempotencyEvent =
  | { readonly type: 'request-refused'; readonly key: string | undefined; readonly code: ProblemCode }
  | { readonly type: 'response-stored'; readonly key: string; readonly attempt: number; readonly status: number }
  | { readonly type: 'response-replayed'; readonly key: string; readonly status: number }
  /** The key was released, because the handler had no effect. */
  | { readonly type: 'key-released'; readonly key: string; readonly attempt: number; readonly status: number }
  /** The handler threw, or its response broke. */
  | { readonly type: 'handler-failed'; readonly key: string; readonly attempt: number; readonly error: unknown }
  /** A function among the options threw, or returned what it must not. */
  | {
      readonly type: 'option-failed';
      readonly option: 'scope' | 'fingerprint' | 'record' | 'summarize' | 'waitUntil';
      readonly error: unknown;
    }
  /** Another request may own the key now. */
  | { readonly type: 'lease-lost'; readonly key: string; readonly attempt: number }
  /** The request was processed and answered, but the store did not take its outcome. */
  | { readonly type: 'outcome-lost'; readonly key: string; readonly attempt: number; readonly status: number }
  | {
      readonly type: 'store-failed';
      readonly key: string;
      readonly action: StoreAction;
      readonly error: unknown;
    };

/** Sends events to the listener. An error that it throws is dropped: a listener must not break a request. */
export function emitter(listener: ((event: IdempotencyEvent) => void) | undefined): (event: IdempotencyEvent) => void {
  const listen = listener ?? logFailures;
  return (event) => {
    try {
      listen(event);
    } catch {}
  };
}

/** What happens without a listener: an error in a handler must not vanish because it was stored as a response. */
function logFailures(event: IdempotencyEvent): void {
  if ('error' in event) console.error(event.error);
}
