import { type Context, context, createContextKey, type Span } from '@opentelemetry/api';

/** One call of a traced client. It travels in the context, so that whatever sends its requests can find it. */
export interface Run {
  /** How many requests were sent, redirects included. */
  sent: number;
  /** Why the next request is a retry. Belongs to one request only. */
  retry?: { readonly delayMs: number; readonly reason: string } | undefined;
  /** What follows the events of the operation, if anything does. */
  readonly spans?: RunSpans;
}

/** The spans of one call. */
export interface RunSpans {
  /** The context of the attempts. Some clients send their events from a socket's context. */
  readonly context: Context;
  readonly attempts: boolean;
  operationId?: string;
  /** Open until the operation ends. */
  operation?: Span | undefined;
  /** Open while an attempt is under way. */
  attempt?: Span | undefined;
}

// The API registers the key by its name: another copy of this package finds the same run.
const RUN = /* @__PURE__ */ createContextKey('twicesafe.run.1');

/** The call that this code runs in. */
export function currentRun(): Run | undefined {
  return context.active().getValue(RUN) as Run | undefined;
}

/** A context with a run, or without any. */
export function contextWith(run: Run | undefined, parent: Context = context.active()): Context {
  return run ? parent.setValue(RUN, run) : parent.deleteValue(RUN);
}
