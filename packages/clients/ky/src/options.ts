import type { RequestRetryOptions } from '@twicesafe/core';
import { type Outcome, readRetry } from '@twicesafe/core/adapter';
import type { Input, KyInstance, Options, ResponsePromise, RetryOptions } from 'ky';

/**
 * The retry options of one request. Those of ky's own members that forbid a retry keep their meaning. They can't allow
 * one, because twicesafe decides whether a duplicate is harmless.
 */
export interface KyRetryOptions
  extends RequestRetryOptions,
    Pick<RetryOptions, 'limit' | 'methods' | 'statusCodes' | 'shouldRetry'> {
  /** The longest wait, in milliseconds, that the server may ask for. A longer one stops the operation. */
  readonly maxRetryAfter?: number;
  /** `false` never retries an attempt that timed out. */
  readonly retryOnTimeout?: boolean;
}

/** ky's options, with twicesafe's in `retry`. */
export type WrappedOptions = Omit<Options, 'retry'> & { retry?: number | KyRetryOptions | undefined };

type Send = <Body>(url: Input, options?: WrappedOptions) => ResponsePromise<Body>;

/** A ky instance with twicesafe's options in `retry`. */
export type WrappedKy = Send &
  Pick<KyInstance, 'stop' | 'retry'> & {
    readonly [Method in 'get' | 'post' | 'put' | 'patch' | 'delete' | 'query']: Send;
  } & {
    readonly head: (url: Input, options?: WrappedOptions) => ResponsePromise;
    /** Creates an instance with its own defaults, wrapped with the same policy. */
    create(defaults?: WrappedOptions): WrappedKy;
    /** Creates an instance with some defaults of this one replaced, wrapped with the same policy. */
    extend(defaults: WrappedOptions | ((parent: Options) => WrappedOptions)): WrappedKy;
  };

/** ky's members that can only forbid a retry. */
const HONORED = ['limit', 'methods', 'statusCodes', 'shouldRetry', 'maxRetryAfter', 'retryOnTimeout'] as const;

/** ky's members that say how long to wait, and what to set instead. */
const REPLACED = {
  delay: 'set backoff: wrapKy(ky, { backoff: (attempt) => 100 * attempt })',
  backoffLimit: 'set backoff: wrapKy(ky, { backoff: backoffs.exponential({ capMs: 5000 }) })',
  jitter: 'every backoff of twicesafe has jitter: wrapKy(ky, { backoff: backoffs.equalJitter() })',
  afterStatusCodes:
    'Retry-After is honored on every status that is retried, up to maxPushbackMs: wrapKy(ky, { maxPushbackMs })',
} as const;

/**
 * Reads ky's `retry` option.
 *
 * @returns undefined for a shape that ky refuses. ky says what is wrong with it.
 * @throws {TypeError} For a ky option that twicesafe replaces, or a misspelled option of twicesafe.
 */
export function readKyRetry(retry: unknown): KyRetryOptions | undefined {
  if (retry === undefined) return {};
  if (typeof retry === 'number') return { limit: retry };
  if (typeof retry !== 'object' || retry === null || Array.isArray(retry)) return undefined;
  const given = Object.fromEntries(Object.entries(retry).filter(([, value]) => value !== undefined));
  for (const [name, instead] of Object.entries(REPLACED))
    if (name in given) throw new TypeError(`retry.${name} has no effect with wrapKy: ${instead}`);
  const { maxRetryAfter } = given;
  if (maxRetryAfter !== undefined && !(typeof maxRetryAfter === 'number' && maxRetryAfter >= 0))
    throw new TypeError(`retry.maxRetryAfter must be a number of milliseconds, not ${String(maxRetryAfter)}`);
  return readRetry<KyRetryOptions>(given, HONORED) ?? {};
}

/** The members that are not ky's. */
export function withoutKyOptions(retry: KyRetryOptions): RequestRetryOptions {
  const ours = { ...retry };
  for (const name of HONORED) delete ours[name];
  return ours;
}

/** Whether ky's options forbid a retry of this request after this outcome. */
export function isForbidden(
  { methods, statusCodes, retryOnTimeout }: KyRetryOptions,
  method: string,
  outcome: Outcome,
): boolean {
  if (methods && !methods.some((allowed) => allowed.toUpperCase() === method.toUpperCase())) return true;
  if (outcome.type === 'response') return statusCodes?.includes(outcome.status) === false;
  return retryOnTimeout === false && outcome.kind === 'attempt-timeout';
}
