import type { Held } from './held.ts';
import type { NotApplied } from './not-applied.ts';

/** What a handler knows of its request's key. */
export interface IdempotentContext {
  /** The client's key. Undefined without a key, or if keys of its method aren't honored. */
  readonly key: string | undefined;
  /** Counted from 1. Greater than 1 only with `interrupted: 'run-again'`, after an earlier run did not end. */
  readonly attempt: number;
  /**
   * Aborted when the lease is lost: another request may own the key then. If the client disconnects, this signal and
   * that of the request stay open.
   */
  readonly signal: AbortSignal;
  /** What `commit` and `commitSync` need. Undefined without a key. */
  readonly held: Held | undefined;
}

/** Answers a request, as a Fetch handler does everywhere. */
export type Handler = (
  request: Request,
  context: IdempotentContext,
) => Response | NotApplied | Promise<Response | NotApplied>;

/** The context of a request without a key. */
export function unkeyedContext(): IdempotentContext {
  return { key: undefined, attempt: 1, signal: new AbortController().signal, held: undefined };
}
