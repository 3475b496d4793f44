import type { Octokit } from '@octokit/core';
import type { RetryOptions, RetryPolicy } from '@twicesafe/core';
import { headersFrom, policyFrom, type ResponseOutcome, readRetry } from '@twicesafe/core/adapter';
import { comparable, jsonOf, newScope } from './comparable.ts';
import { isStream, runCall } from './run-call.ts';

/** The part of an Octokit response that twicesafe judges. */
interface Response {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/**
 * Makes an Octokit plugin that adds safe retries. Hooks that were added before it run for each attempt, and hooks that
 * are added later run once. Remove `@octokit/plugin-retry`, which would retry as well.
 *
 * Pass options for a single request as `request: { retry: { idempotencyKey } }`.
 *
 * Octokit's errors don't identify the hop that failed, so a failed connection proves nothing here. To retry a POST
 * after a refused connection, pass `request: { fetch: wrapFetch() }` to Octokit instead of this plugin.
 *
 * @param options - `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} If an option is unknown or invalid.
 * @example
 * const octokit = new (Octokit.plugin(twicesafe()))({ auth });
 */
export function twicesafe(options?: RetryOptions | RetryPolicy): (octokit: Octokit) => void {
  const policy = policyFrom(options);
  return (octokit) => {
    const scope = newScope();
    octokit.hook.wrap('request', (request, given) => {
      const { method, url, headers, body } = octokit.request.endpoint.parse(given);
      // Octokit writes these as JSON, and sends everything else as it is.
      const isJson = Array.isArray(body) || Object.prototype.toString.call(body) === '[object Object]';
      return runCall(policy, {
        traits: { method, url, headers: headersFrom(headers) },
        options: readRetry(given.request.retry),
        body: isJson ? () => jsonOf(body) : body,
        compared: isJson ? () => comparable(body) : body,
        scope,
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
        // Octokit also gives failures without a response the status 500.
        outcomeIn(error) {
          const response = (error as { response?: Response } | null)?.response;
          return response && outcomeOf(response, method, url);
        },
      });
    });
  };
}

function outcomeOf(response: Response, method: string, url: string): ResponseOutcome {
  const { status, headers } = response;
  const sameMethod = method === 'GET' || method === 'HEAD';
  const hop = response.url === new URL(url).href ? undefined : { url: response.url, sameMethod };
  return { type: 'response', status, headers: headersFrom(headers), hop };
}
