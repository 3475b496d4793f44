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
  type RequestRetryOptions,
  type RequestTraits,
  type ResponseOutcome,
  runOperation,
} from '@twicesafe/core';
import { anySignal, failureKindOf } from '@twicesafe/evidence';

/** Headers that an attempt carries besides those of the SDK. */
export type AddedHeaders = ReturnType<typeof attemptHeaders>;

/** One call of an SDK as its middleware sees it. */
export interface SdkCall<Result> {
  readonly traits: RequestTraits;
  /** What the caller says about this call, where the SDK passes options on. */
  readonly options?: RequestRetryOptions | undefined;
  /** Whether the SDK's schema says that a second copy does no harm. The caller's own options and rules come first. */
  readonly repeatable?: boolean;
  /** The request body, if it can be compared: text or bytes. */
  readonly body?: unknown;
  /** Whether the body is a stream, which can be sent once. */
  readonly streamBody: boolean;
  /** Whether the headers of the last attempt did not reach the request: a key that is not sent is no permission. */
  readonly keyMissing?: boolean;
  /** The caller's signal, as far as it is known by now. */
  readonly signal: AbortSignal | undefined;
  /**
   * Calls the rest of the SDK.
   *
   * @param signal - Ends the attempt: the caller's signal, the attempt's time limit, or both.
   */
  send(headers: AddedHeaders, signal: AbortSignal | undefined): Promise<Result>;
  /** The response that a result came from. */
  outcome(result: Result): ResponseOutcome;
  /** What the caller gets of a result, if it is another object: `reportOf` finds the report there. */
  settled?(result: Result): unknown;
  /** The response that the SDK threw an error for; undefined if there was none. */
  outcomeIn(error: unknown): ResponseOutcome | undefined;
  /** What an error proves that came without a response. Without this method nothing is proved. */
  delivery?(error: unknown): FailureDelivery;
}

/** A response: what the SDK made of it, or the error that it threw. */
interface Answer<Result> {
  readonly outcome: ResponseOutcome;
  readonly result?: Result;
  readonly error?: unknown;
}

/**
 * Runs one call of an SDK as an operation.
 *
 * @returns The result of the attempt that matters.
 * @throws The SDK's own error, untouched, or the reason of the caller's signal.
 */
export async function runCall<Result>(policy: Policy, call: SdkCall<Result>): Promise<Result> {
  const { traits, options, body } = call;
  const outer = mayBeNested() ? enclosing(traits) : undefined;
  if (outer) return call.send(outer.passThrough(policy, traits, options), call.signal);
  const own = call.repeatable ? declaredRepeatable(policy, traits, options, body) : options;
  const operation = openOperation(policy, traits, own, body);
  const nesting = new Nesting(operation);
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
    // The SDK has read it.
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

/** Whether a body is a stream of Node's or of the web, or another iterable that is used up by sending it. */
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
