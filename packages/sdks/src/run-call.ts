import type { RequestRetryOptions } from '@twicesafe/core';
import {
  attemptHeaders,
  type Client,
  declaredRepeatable,
  enclosing,
  type FailureDelivery,
  mayBeNested,
  Nesting,
  openOperation,
  originOf,
  type Policy,
  type RequestTraits,
  type ResponseOutcome,
  runOperation,
} from '@twicesafe/core/adapter';
import { anySignal, failureKindOf } from '@twicesafe/evidence';

/** Headers that twicesafe adds to an attempt. */
export type AddedHeaders = ReturnType<typeof attemptHeaders>;

/** One SDK call, as the SDK's middleware sees it. */
export interface SdkCall<Result> {
  readonly traits: RequestTraits;
  /** The caller's options for this call, if the SDK passes options through. */
  readonly options?: RequestRetryOptions | undefined;
  /** Whether the SDK's schema declares duplicates harmless. The caller's own options and rules take precedence. */
  readonly repeatable?: boolean;
  /** The request body as protocols read it: text, bytes, or a function that returns one of these. */
  readonly body?: unknown;
  /**
   * The body to compare with that of another call, if it is another one. A function that returns undefined if it can't
   * be.
   */
  readonly compared?: unknown;
  /**
   * The number of the client. Its credentials may be added later, so that equal calls of two clients are different
   * calls.
   */
  readonly scope: number;
  /** Whether the body is a stream, which can be sent only once. */
  readonly streamBody: boolean;
  /**
   * Whether the last attempt's headers failed to reach the request. A key gives permission to retry only if it is sent.
   */
  readonly keyMissing?: boolean;
  /** The caller's signal, if it is known yet. */
  readonly signal: AbortSignal | undefined;
  /**
   * Calls the rest of the SDK.
   *
   * @param signal - Ends the attempt: the caller's signal, the attempt's time limit, or both.
   */
  send(headers: AddedHeaders, signal: AbortSignal | undefined): Promise<Result>;
  /** Returns the response that a result came from. */
  outcome(result: Result): ResponseOutcome;
  /**
   * Returns the object that the caller gets for a result, if it is another object. `reportOf` finds the report of that
   * object.
   */
  settled?(result: Result): unknown;
  /** Returns the response that an SDK error came from, or undefined if there was no response. */
  outcomeIn(error: unknown): ResponseOutcome | undefined;
  /** Returns what an error without a response proves. If this method is absent, such errors prove nothing. */
  delivery?(error: unknown): FailureDelivery;
}

/** A response, with the SDK's result or error for it. */
interface Answer<Result> {
  readonly outcome: ResponseOutcome;
  readonly result?: Result;
  readonly error?: unknown;
}

/**
 * Runs one call of an SDK as an operation.
 *
 * @returns The result of the attempt that decides the operation.
 * @throws The SDK's own error, unchanged, or the abort reason of the caller's signal.
 */
export async function runCall<Result>(policy: Policy, call: SdkCall<Result>): Promise<Result> {
  const { traits, options, body, scope } = call;
  const outer = mayBeNested() ? enclosing(traits) : undefined;
  if (outer) return call.send(outer.passThrough(policy, traits, body, options), call.signal);
  const compared = [`${scope} `, call.compared ?? body];
  const own = call.repeatable ? declaredRepeatable(policy, traits, options, compared) : options;
  const operation = openOperation(policy, traits, own, compared, body);
  const nesting = new Nesting(operation, body);
  let limit: AbortController | undefined;
  let leftOrigin = false;
  const client: Client<Answer<Result>> = {
    get signal() {
      return call.signal;
    },
    bodyUsed: call.streamBody,
    get keyRemoved() {
      return leftOrigin || call.keyMissing === true;
    },
    async send(limited) {
      limit = limited ? new AbortController() : undefined;
      const signal = signalOf(call.signal, limit?.signal);
      const headers = attemptHeaders(operation);
      try {
        const result = await nesting.send(() => call.send(headers, signal));
        return { outcome: call.outcome(result), result };
      } catch (error) {
        const outcome = call.outcomeIn(error);
        if (!outcome) throw error;
        return { outcome, error };
      }
    },
    cut: (error) => limit?.abort(error),
    outcome({ outcome }) {
      leftOrigin ||= outcome.hop !== undefined && originOf(outcome.hop.url) !== originOf(traits.url);
      return outcome;
    },
    failure: (error) => ({
      type: 'failure',
      kind: failureKindOf(error),
      delivery: call.delivery?.(error) ?? 'unknown',
      error,
    }),
    // The SDK has already read the body.
    discard() {},
    snapshot: (answer) => () => answer,
    settled: ({ result, error }) => error ?? call.settled?.(result as Result) ?? result,
  };
  const { result, error } = await runOperation(operation, client);
  if (error !== undefined) throw error;
  return result as Result;
}

function signalOf(callers: AbortSignal | undefined, limit: AbortSignal | undefined): AbortSignal | undefined {
  return callers && limit ? anySignal([callers, limit]) : (limit ?? callers);
}

/** Whether a body is a Node or web stream, or another iterable that sending consumes. */
export function isStream(body: unknown): boolean {
  return (
    typeof body === 'object' &&
    body !== null &&
    ('getReader' in body ||
      'pipe' in body ||
      Symbol.asyncIterator in body ||
      typeof (body as { next?: unknown }).next === 'function')
  );
}
