import { overrideSettings, type Policy, policyOver, registeredMethods, type Settings } from '@twicesafe/core/adapter';
import { type FetchFunction, type FetchInit, wrappingOf } from '@twicesafe/evidence';
import type { Hooks, Input, Options, RetryOptions } from 'ky';
import { KyCall } from './ky-call.ts';
import { type KyRetryOptions, readKyRetry, withoutKyOptions } from './options.ts';

/**
 * Puts the functions of one call into its options, where ky calls them. For the last init hook. There, the options are
 * the call's own, combined with those of the instance and the other hooks.
 *
 * @returns undefined if ky refuses the options.
 * @throws {TypeError | RangeError} If a `retry` option isn't supported here, or has a wrong value.
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
  const { maxPushbackMs } = settings;
  const limit = limitOf(retry, settings);
  // One more than that for a new credential.
  const kysLimit = policy.credentials ? limit + 1 : limit;

  options.totalTimeout = shorter(options.totalTimeout ?? false, settings.deadlineMs);
  const call = new KyCall(policy, {
    fetch: inner?.client ?? fetch,
    input,
    options: { ...options },
    retry,
    copies: kysLimit > 0,
    requestOptions: {
      ...requestOptions,
      maxAttempts: Math.min(limit + 1, 1000),
      maxPushbackMs: Math.min(retry.maxRetryAfter ?? maxPushbackMs, maxPushbackMs),
    },
  });
  if (policy.settings.protocols.length > 0) {
    const { stringifyJson = JSON.stringify } = options;
    options.stringifyJson = (data) => call.seeJson(stringifyJson(data));
  }
  options.fetch = (target, init) => call.send(target as Request, (init ?? {}) as FetchInit);
  options.retry = kyRetry(call, retry, kysLimit);
  options.hooks = withHooks(call, options.hooks);
  return call;
}

/** The caller's limit, which ky checks, or the policy's. */
function limitOf({ limit, maxAttempts }: KyRetryOptions, settings: Settings): number {
  if (limit === undefined) return settings.maxAttempts - 1;
  // ky refuses what is no number.
  return maxAttempts === undefined || typeof limit !== 'number' ? limit : Math.min(limit, maxAttempts - 1);
}

/** What ky reads. It rejects values that aren't lists, and asks twicesafe about everything else. */
function kyRetry(call: KyCall, { methods = [], statusCodes = [] }: KyRetryOptions, limit: number): RetryOptions {
  // ky checks whether the method is in its list before it asks `shouldRetry`.
  const all = [...registeredMethods, call.method] as unknown as NonNullable<typeof methods>;
  return {
    limit,
    methods: Array.isArray(methods) ? all : methods,
    statusCodes,
    shouldRetry: (state) => call.shouldRetry(state),
    delay: () => call.delay(),
  };
}

function withHooks(call: KyCall, hooks: Hooks = {}): Hooks {
  const { beforeRequest = [], beforeError = [] } = hooks;
  const last: Hooks['beforeRequest'] = call.actsBeforeSend ? [({ request }) => call.beforeSend(request)] : [];
  return {
    ...hooks,
    beforeRequest: [({ request }) => call.start(request), ...beforeRequest, ...last],
    beforeError: [({ error }) => call.selectError(error), ...beforeError],
  };
}

/** The shorter of ky's limit, which may be off, and twicesafe's, which may be absent. */
function shorter(limit: number | false, ours: number | undefined): number | false {
  if (ours === undefined) return limit;
  return limit === false ? ours : Math.min(limit, ours);
}
