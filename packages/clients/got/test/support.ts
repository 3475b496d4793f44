import { headersFrom, Operation, policyFrom } from '@twicesafe/core/adapter';
import { VirtualClock } from '@twicesafe/testing';
import got, { type Request, type RequestError } from 'got';
import { CallersRetry } from '../src/callers-retry.ts';
import { GotCall } from '../src/got-call.ts';
import { createRetryPolicy, type RetryOptions } from '../src/index.ts';
import type { SentOptions } from '../src/traits.ts';

type Retry = Required<(typeof got.defaults.options)['retry']>;

export const URL_OF_ORDERS = 'http://api.test/orders';

interface OnClock {
  readonly operation: Operation;
  readonly clock: VirtualClock;
}

/** An operation on a clock of its own, and the clock. */
export function operationOf(options: RetryOptions = {}, method = 'POST'): OnClock {
  const clock = new VirtualClock();
  const traits = { method, url: URL_OF_ORDERS, headers: headersFrom({}) };
  return { operation: new Operation(policyFrom(createRetryPolicy(options, clock)), traits), clock };
}

/** A call that got's own loop may be played for. */
export function callOf(
  options: RetryOptions = {},
  { method = 'POST', signal, calculateDelay }: Partial<CallOptions> = {},
): OnClock & { readonly call: GotCall } {
  const { operation, clock } = operationOf(options, method);
  const defaults = got.defaults.options.retry as Retry;
  const callersRetry = new CallersRetry(calculateDelay ?? defaults.calculateDelay, defaults);
  return { call: new GotCall(operation, signal, callersRetry), operation, clock };
}

interface CallOptions {
  readonly method: string;
  readonly signal: AbortSignal;
  readonly calculateDelay: Retry['calculateDelay'];
}

/** What got sends. */
export function sentOptions(given: Partial<SentOptions> = {}): SentOptions {
  return { method: 'POST', url: new URL(URL_OF_ORDERS), headers: {}, http2: false, ...given } as SentOptions;
}

/** Node's request, as got leaves it when it failed. */
export function failedRequest(timings: Partial<Request['timings']> = { error: 1 } as never): never {
  return { destroyed: true, socket: null, timings, destroy() {} } as never;
}

/** What got's `calculateDelay` is given after an error. */
export function stateOf(error: Partial<RequestError>): never {
  const { retry } = got.defaults.options;
  return {
    error: { options: { method: 'POST' }, ...error },
    retryOptions: retry,
    attemptCount: 1,
    computedValue: 0,
  } as never;
}
