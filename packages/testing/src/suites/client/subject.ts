import { Origin } from '../../origin/origin.ts';

/** One attempt, as far as the suite looks into it. */
export interface AttemptLike {
  readonly number: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly outcome: { readonly type: string; readonly kind?: string; readonly status?: number };
  readonly delivery: string;
  readonly decision: DecisionLike;
}

/** A decision, as far as the suite looks into it. */
interface DecisionLike {
  readonly action: string;
  readonly reason: string;
  readonly waitMs?: number;
}

/** What a wrapped client says of an operation, as far as the suite looks into it. */
export interface ReportLike {
  readonly attempts: readonly AttemptLike[];
  readonly decision: DecisionLike;
  readonly effect: string;
  readonly effectReason: string;
  readonly idempotencyKey: string | undefined;
  readonly elapsedMs: number;
}

/** A request, in the words that all clients understand. */
export interface RequestInitLike extends Omit<RequestInit, 'body'> {
  readonly body?: unknown;
  readonly duplex?: 'half';
  readonly dispatcher?: unknown;
  readonly retry?: { readonly idempotent?: boolean; readonly idempotencyKey?: string; readonly deadlineMs?: number };
}

/** Sends one request. Resolves with the response, whatever its status; rejects with the client's own error. */
export type Send = (input: string | Request, init?: RequestInitLike) => Promise<Response>;

/**
 * What a client does otherwise than fetch, by its own design.
 *
 * - `not-fetch`: it follows no Fetch standard, so it blocks no ports and sends no second request after a 421 by itself.
 */
export type Difference = 'not-fetch';

/** A wrapped client under test. */
export interface Subject {
  readonly name: string;
  readonly differs?: readonly Difference[];
  /** Wraps the client anew. The options are those of `createRetryPolicy`. */
  wrap(options: Readonly<Record<string, unknown>>): Send;
  reportOf(settled: unknown): ReportLike | undefined;
}

/** An origin, and a client that does not wait long between attempts. */
export interface Stage extends AsyncDisposable {
  readonly origin: Origin;
  readonly send: Send;
}

/** Sets up an origin and a wrapped client; `options` beat the short backoff. */
export async function stageFor(subject: Subject, options: Readonly<Record<string, unknown>> = {}): Promise<Stage> {
  const origin = await Origin.listen();
  const send = subject.wrap({ backoff: () => 1, ...options });
  return { origin, send, [Symbol.asyncDispose]: () => origin.close() };
}

/** What a promise was rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection');
}
