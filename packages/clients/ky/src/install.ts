import { DEFAULTS, Operation, type RequestRetryOptions, type RetryPolicy, registeredMethods } from '@twicesafe/core';
import { unwrapped } from '@twicesafe/evidence';
import type { Input, Options } from 'ky';
import { KyCall } from './ky-call.ts';
import type { WrappedRetry } from './options.ts';

type Method = NonNullable<Exclude<Options['retry'], number | undefined>['methods']>[number];

/** ky looks whether the method is in its list before it asks anybody. */
const METHODS = registeredMethods.map((method) => method.toLowerCase()) as Method[];
/** ky's own default for one attempt. */
const TIMEOUT_MS = 10_000;

/** Puts the closures of one call into its options. For an init hook: there the options are the call's own. */
export function install(policy: RetryPolicy, input: Input, options: Options): void {
  const { settings } = policy;
  const { limit = settings.maxAttempts - 1, shouldRetry, ...said } = readRetry(options.retry);
  // ky keeps both with timers of its own.
  options.timeout = shorter(options.timeout ?? TIMEOUT_MS, settings.attemptTimeoutMs);
  options.totalTimeout = shorter(options.totalTimeout ?? false, said.deadlineMs ?? settings.deadlineMs);
  const word = wordOf(said, limit, options.totalTimeout);
  const bodyUsed = isOneShot(policy, input, options, word);

  const request = input instanceof Request ? input : undefined;
  const call = new KyCall(policy, {
    // A wrapped fetch would repeat what ky repeats.
    fetch: unwrapped(options.fetch ?? globalThis.fetch),
    throwHttpErrors: options.throwHttpErrors,
    signal: options.signal ?? request?.signal,
    shouldRetry,
    word,
    bodyUsed,
    responseHooks: (options.hooks?.afterResponse?.length ?? 0) > 0,
    ownDispatcher: request !== undefined,
  });
  options.fetch = (target, init) => call.send(target as Request, init ?? {});
  options.retry = {
    // Above 0 ky copies the request before each attempt.
    limit: bodyUsed ? 0 : limit,
    methods: METHODS,
    shouldRetry: (state) => call.shouldRetry(state),
    delay: () => call.delay(),
  };
  options.hooks = {
    ...options.hooks,
    ...(!policy.gate.isQuiet(policy.clock.now()) && {
      beforeRequest: [...(options.hooks?.beforeRequest ?? []), ({ request }) => call.passGate(request)],
    }),
    ...((word.confirm ?? settings.confirm) && {
      afterResponse: [...(options.hooks?.afterResponse ?? []), () => call.confirm()],
    }),
    beforeError: [
      ({ error }) => call.pickError(error),
      ...(options.hooks?.beforeError ?? []),
      ({ error }) => call.settle(error),
    ],
  };
}

function readRetry(retry: Options['retry']): WrappedRetry {
  return typeof retry === 'number' ? { limit: retry } : (retry ?? {});
}

function wordOf(said: WrappedRetry, limit: number, totalTimeout: number | false): RequestRetryOptions {
  const { idempotent, idempotencyKey, confirm } = said;
  return {
    maxAttempts: Math.min(limit + 1, 1000),
    ...(totalTimeout !== false && { deadlineMs: totalTimeout }),
    ...(idempotent !== undefined && { idempotent }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(confirm !== undefined && { confirm }),
  };
}

/** The shorter of ky's limit, which may be off, and ours, which may be absent. */
function shorter(limit: number | false, ours: number | undefined): number | false {
  if (ours === undefined) return limit;
  return limit === false ? ours : Math.min(limit, ours);
}

/**
 * Whether the body can be sent only once. A stream is one, and ky would keep all of it in memory to send it again. So it does
 * with the copies that it makes of everything else: a long body is copied only if the request may be repeated, and a Request
 * does not tell how long its body is.
 */
function isOneShot(policy: RetryPolicy, input: Input, options: Options, word: RequestRetryOptions): boolean {
  const { body, json } = options;
  if (json !== undefined) return false;
  if (isStream(body)) return true;
  const request = input instanceof Request ? input : undefined;
  const long = body ? lengthOf(body) > DEFAULTS.requestCopyBytes : Boolean(request?.body);
  if (!long) return false;
  const headers = new Headers((options.headers ?? request?.headers) as HeadersInit | undefined);
  const method = options.method?.toUpperCase() ?? request?.method ?? 'GET';
  return !new Operation(policy, { method, url: String(request?.url ?? input), headers }, word).repeatable;
}

function isStream(body: Options['body']): boolean {
  return body instanceof ReadableStream || (typeof body === 'object' && body !== null && Symbol.asyncIterator in body);
}

/** In bytes; of a form, its files. */
function lengthOf(body: unknown): number {
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  return body instanceof FormData ? [...body.values()].reduce((sum, value) => sum + lengthOf(value), 0) : 0;
}
