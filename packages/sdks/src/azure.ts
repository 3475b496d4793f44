import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
import { type HeadersLike, policyFrom, type RetryOptions, type RetryPolicy } from '@twicesafe/core';
import { isStream, runCall } from './run-call.ts';

/**
 * Makes a pipeline policy that adds safe retries to an Azure SDK. Turn off the SDK's own retries with
 * `retryOptions: { maxRetries: 0 }`. Every attempt passes through the policies below this one again, so each attempt is signed again
 * and follows redirects from the start.
 *
 * Azure's errors don't identify the hop that failed. A failed connection therefore proves nothing here, and a POST is not retried
 * after one.
 *
 * @param options - `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} If an option is unknown or invalid.
 * @example
 * pipeline.addPolicy(twicesafe(), { phase: 'Retry' });
 */
export function twicesafe(options?: RetryOptions | RetryPolicy): PipelinePolicy {
  const policy = policyFrom(options);
  return {
    name: 'twicesafe',
    async sendRequest(request, next) {
      // The policies below change the request. For example, redirectPolicy changes its method, URL and body.
      const given = { method: request.method, url: request.url, body: request.body, abortSignal: request.abortSignal };
      const { method, url, body } = given;
      const callers = given.abortSignal as AbortSignal | undefined;
      try {
        return await runCall(policy, {
          traits: { method, url, headers: headersOf(request.headers) },
          body,
          streamBody: isStream(body),
          signal: callers,
          send(headers, signal) {
            for (const [name, value] of headers) request.headers.set(name, value);
            assign(request, { ...given, abortSignal: signal });
            return next(request);
          },
          outcome: ({ status, headers }) => ({
            type: 'response',
            status,
            headers: headersOf(headers),
            hop: request.url === url ? undefined : { url: request.url, sameMethod: request.method === method },
          }),
          outcomeIn: () => undefined,
        });
      } finally {
        assign(request, { abortSignal: callers });
      }
    },
  };
}

/** Assigns properties to a request. Deletes a property whose value is undefined, because Azure's types forbid undefined. */
function assign(request: PipelineRequest, members: { readonly [Name in keyof PipelineRequest]?: unknown }): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) delete request[name as keyof PipelineRequest];
    else Object.assign(request, { [name]: value });
  }
}

/** Adapts Azure's headers, which return undefined for a missing header instead of null. */
function headersOf(headers: { get(name: string): string | undefined }): HeadersLike {
  return { get: (name) => headers.get(name) ?? null };
}
