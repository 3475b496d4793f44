import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
import type { RetryOptions, RetryPolicy } from '@twicesafe/core';
import { type HeadersLike, policyFrom } from '@twicesafe/core/adapter';
import { newScope } from './comparable.ts';
import { isStream, runCall } from './run-call.ts';

/**
 * Makes a pipeline policy that adds safe retries to an Azure SDK. Turn off the SDK's own retries with
 * `retryOptions: { maxRetries: 0 }`. Every attempt passes through the policies below this one again, so each attempt is
 * signed again and follows redirects from the start.
 *
 * Azure's errors don't identify the hop that failed. A failed connection therefore proves nothing here, and a POST is
 * not retried after one.
 *
 * @param options - `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} If an option is unknown or invalid.
 * @example
 * pipeline.addPolicy(twicesafe(), { phase: 'Retry' });
 */
export function twicesafe(options?: RetryOptions | RetryPolicy): PipelinePolicy {
  const policy = policyFrom(options);
  const scope = newScope();
  return {
    name: 'twicesafe',
    async sendRequest(request, next) {
      // The policies below change the request. For example, redirectPolicy changes its method, URL and body.
      const { method, url, body, formData, multipartBody, abortSignal } = request;
      const given = { method, url, body, formData, multipartBody, abortSignal };
      const headers = [...request.headers];
      const callers = abortSignal as AbortSignal | undefined;
      try {
        return await runCall(policy, {
          traits: { method, url, headers: headersOf(request.headers) },
          body: formData || multipartBody || typeof body === 'function' ? () => undefined : body,
          scope,
          streamBody: isOneShot(request),
          signal: callers,
          send(added, signal) {
            // A redirect to another origin removes some.
            for (const [name, value] of headers) if (!request.headers.has(name)) request.headers.set(name, value);
            for (const [name, value] of added) request.headers.set(name, value);
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

/**
 * Whether a second attempt would send an empty or a cut body. Azure allows functions that make a stream for each
 * attempt. Its own function for a multipart body reads the streams among the parts only once, and then it announces no
 * length.
 */
function isOneShot({ body, formData = {}, multipartBody, headers }: PipelineRequest): boolean {
  const isMultipart = headers.get('content-type')?.startsWith('multipart/') === true;
  if (typeof body === 'function') return isMultipart && !headers.has('content-length');
  const parts = [...Object.values(formData).flat(), ...(multipartBody?.parts ?? []).map((part) => part.body)];
  return isStream(body) || parts.some((part) => !isKept(part));
}

/** Whether a part can be read again. Azure's own files are plain objects that may hold a stream. */
function isKept(part: unknown): boolean {
  return typeof part === 'string' || part instanceof Uint8Array || (part instanceof Blob && !isStream(part));
}

/**
 * Assigns properties to a request. Deletes a property whose value is undefined, because Azure's types forbid undefined.
 */
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
