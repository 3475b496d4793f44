import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import {
  attemptHeaders,
  type Client,
  type HeadersLike,
  Operation,
  policyFrom,
  type RetryOptions,
  type RetryPolicy,
  runOperation,
} from '@twicesafe/core';
import { failureKindOf } from '@twicesafe/evidence';

/** Azure's headers say undefined where there are none. */
function headersOf(headers: { get(name: string): string | undefined }): HeadersLike {
  return { get: (name) => headers.get(name) ?? null };
}

/**
 * Safe retries for a pipeline of the Azure SDKs. Turn their own off with `retryOptions: { maxRetries: 0 }`. Azure's errors do
 * not say which hop they belong to, so a failed connection proves nothing here, and a POST is not repeated after one.
 *
 * @param options - See `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 * @example
 * pipeline.addPolicy(twicesafe(), { phase: 'Retry' });
 */
export function twicesafe(options?: RetryOptions | RetryPolicy): PipelinePolicy {
  const policy = policyFrom(options);
  return {
    name: 'twicesafe',
    sendRequest(request, next) {
      const { method, url, headers, body, abortSignal } = request;
      const operation = new Operation(policy, { method, url, headers: headersOf(headers) });
      const client: Client<PipelineResponse> = {
        signal: abortSignal as AbortSignal | undefined,
        // A function makes a stream for every attempt.
        bodyUsed: typeof body === 'object' && body !== null && ('getReader' in body || 'pipe' in body),
        send() {
          for (const [name, value] of attemptHeaders(operation)) headers.set(name, value);
          request.url = url;
          request.method = method;
          return next(request);
        },
        // redirectPolicy is below, and changes the request.
        outcome: (response) => ({
          type: 'response',
          status: response.status,
          headers: headersOf(response.headers),
          hop: request.url === url ? undefined : { url: request.url, sameMethod: request.method === method },
        }),
        failure: (error) => ({ type: 'failure', kind: failureKindOf(error), delivery: 'unknown', error }),
        discard() {},
      };
      return runOperation(operation, client);
    },
  };
}
