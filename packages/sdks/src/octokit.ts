import type { Octokit } from '@octokit/core';
import {
  headersFrom,
  policyFrom,
  type ResponseOutcome,
  type RetryOptions,
  type RetryPolicy,
  readRetry,
} from '@twicesafe/core';
import { isStream, runCall } from './run-call.ts';

/** As much of Octokit's responses as is judged. */
interface Response {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/**
 * A plugin for Octokit that sends requests again only if a second copy can do no harm. Hooks that were added before it run for
 * each attempt; hooks that are added later run once. Leave `@octokit/plugin-retry` out.
 *
 * A request takes options as `request: { retry: { idempotencyKey } }`. Octokit's errors do not say which hop they belong to, so a
 * failed connection proves nothing here: give Octokit `request: { fetch: wrapFetch() }` instead if a POST should be repeated
 * after a refused connection.
 *
 * @param options - See `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 * @example
 * const octokit = new (Octokit.plugin(twicesafe()))({ auth });
 */
export function twicesafe(options?: RetryOptions | RetryPolicy): (octokit: Octokit) => void {
  const policy = policyFrom(options);
  return (octokit) =>
    octokit.hook.wrap('request', (request, given) => {
      const { method, url, headers, body } = octokit.request.endpoint.parse(given);
      const text =
        typeof body === 'object' && !isStream(body) && !ArrayBuffer.isView(body) ? JSON.stringify(body) : body;
      return runCall(policy, {
        traits: { method, url, headers: headersFrom(headers) },
        options: readRetry(given.request.retry),
        body: text,
        streamBody: isStream(body),
        signal: given.request.signal,
        async send(added, signal) {
          const own = Object.fromEntries(added);
          return request({
            ...given,
            headers: { ...given.headers, ...own },
            request: { ...given.request, ...(signal && { signal }) },
          });
        },
        outcome: (response) => outcomeOf(response, method, url),
        // A failure without a response has the status 500 too.
        outcomeIn(error) {
          const response = (error as { response?: Response } | null)?.response;
          return response && outcomeOf(response, method, url);
        },
      });
    });
}

function outcomeOf(response: Response, method: string, url: string): ResponseOutcome {
  const { status, headers } = response;
  const sameMethod = method === 'GET' || method === 'HEAD';
  const hop = response.url === new URL(url).href ? undefined : { url: response.url, sameMethod };
  return { type: 'response', status, headers: headersFrom(headers), hop };
}
