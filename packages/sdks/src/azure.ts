import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
import { type HeadersLike, policyFrom, type RetryOptions, type RetryPolicy } from '@twicesafe/core';
import { isStream, runCall } from './run-call.ts';

/**
 * Safe retries for a pipeline of the Azure SDKs. Turn their own off with `retryOptions: { maxRetries: 0 }`. Every attempt passes
 * the policies below this one again, so it is signed again and its redirects start anew.
 *
 * Azure's errors do not say which hop they belong to, so a failed connection proves nothing here, and a POST is not repeated
 * after one.
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
    async sendRequest(request, next) {
      // The policies below change the request: redirectPolicy its method, its URL and its body.
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

/** An absent member is deleted: Azure's types forbid undefined. */
function assign(request: PipelineRequest, members: { readonly [Name in keyof PipelineRequest]?: unknown }): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) delete request[name as keyof PipelineRequest];
    else Object.assign(request, { [name]: value });
  }
}

/** Azure's headers return undefined where there are none. */
function headersOf(headers: { get(name: string): string | undefined }): HeadersLike {
  return { get: (name) => headers.get(name) ?? null };
}
