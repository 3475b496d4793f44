import { overrideSettings, type Policy, policyOver, registeredMethods } from '@twicesafe/core';
import { type FetchFunction, type FetchInit, wrappingOf } from '@twicesafe/evidence';
import type { Input, Options } from 'ky';
import { KyBody } from './body.ts';
import { KyCall } from './ky-call.ts';
import { readKyRetry, withoutKyOptions } from './options.ts';

type Methods = NonNullable<Exclude<Options['retry'], number | undefined>['methods']>;

/** ky's own default for one attempt. */
const TIMEOUT_MS = 10_000;

/**
 * Puts the functions of one call into its options, where ky calls them. For the last init hook: there the options are the call's
 * own, with everything that the instance and other hooks said.
 *
 * @returns undefined if ky refuses the options.
 * @throws {TypeError | RangeError} For a `retry` option that has no effect here, or a value that is not allowed.
 */
export function install(given: Policy, input: Input, options: Options): KyCall | undefined {
  const retry = readKyRetry(options.retry);
  if (!retry) return undefined;
  const fetch = (options.fetch ?? globalThis.fetch) as FetchFunction;
  // A wrapped fetch would retry what ky retries. What its policy forbids stays forbidden.
  const inner = wrappingOf<FetchFunction, Policy>(fetch);
  const policy = policyOver(given, inner?.policy);
  const requestOptions = withoutKyOptions(retry);
  const settings = overrideSettings(policy.settings, requestOptions);
  const request = input instanceof Request ? input : undefined;
  const { hooks = {} } = options;
  const limit = Math.min(retry.limit ?? settings.maxAttempts - 1, (retry.maxAttempts ?? Number.POSITIVE_INFINITY) - 1);
  const totalTimeout = shorter(options.totalTimeout ?? false, settings.deadlineMs);
  const body = new KyBody(input, options, settings.bufferRequestBytes);

  const call = new KyCall(policy, {
    fetch: inner?.client ?? fetch,
    method: options.method ?? request?.method ?? 'GET',
    url: request?.url ?? String(input),
    throwHttpErrors: options.throwHttpErrors ?? true,
    signal: options.signal ?? request?.signal,
    timeout: options.timeout ?? TIMEOUT_MS,
    totalTimeout,
    retry,
    requestOptions: {
      ...requestOptions,
      maxAttempts: Math.min(limit + 1, 1000),
      maxPushbackMs: Math.min(retry.maxRetryAfter ?? settings.maxPushbackMs, settings.maxPushbackMs),
    },
    body,
    replacesResponses: Boolean(hooks.afterResponse?.length),
    replacesRequests: Boolean(hooks.afterResponse?.length || hooks.beforeRetry?.length),
  });
  options.totalTimeout = totalTimeout;
  options.fetch = (target, init) => call.send(target as Request, (init ?? {}) as FetchInit);
  options.retry = {
    ...(retry.statusCodes && { statusCodes: retry.statusCodes }),
    limit: retry.limit !== undefined && !(retry.limit >= 0) ? retry.limit : limit,
    // ky looks whether the method is in its list before it asks anybody.
    methods: Array.isArray(retry.methods ?? [])
      ? methodsWith(options.method ?? request?.method)
      : (retry.methods as Methods),
    shouldRetry: (state) => call.shouldRetry(state),
    delay: () => call.delay(),
  };
  const waits = body.isGuarded || settings.originGate === 'all';
  options.hooks = {
    ...hooks,
    beforeRequest: [
      ({ request }) => call.start(request),
      ...(hooks.beforeRequest ?? []),
      ...(waits ? [({ request }: { request: Request }) => call.beforeSend(request)] : []),
    ],
    beforeError: [({ error }) => call.selectError(error), ...(hooks.beforeError ?? [])],
  };
  return call;
}

function methodsWith(method = 'get'): Methods {
  return [...registeredMethods, method].map((each) => each.toLowerCase()) as Methods;
}

/** The shorter of ky's limit, which may be off, and ours, which may be absent. */
function shorter(limit: number | false, ours: number | undefined): number | false {
  if (ours === undefined) return limit;
  return limit === false ? ours : Math.min(limit, ours);
}
