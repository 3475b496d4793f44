import type { RequestRetryOptions, RetryOptions, RetryPolicy } from '@twicesafe/core';
import {
  attemptHeaders,
  enclosing,
  openOperation,
  type Policy,
  policyFrom,
  policyOver,
  runOperation,
} from '@twicesafe/core/adapter';
import { markWrapped, wrappingOf } from '@twicesafe/evidence';
import type { AxiosAdapter, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { AxiosCall } from './axios-call.ts';
import { type Adapter, AxiosCopy } from './axios-copy.ts';
import { type AxiosBody, axiosBody } from './body.ts';
import { cancellationOf } from './cancellation.ts';
import { type AxiosRetryOptions, retryOf } from './options.ts';
import { restoreConfig } from './restore-config.ts';
import { AxiosTraits } from './traits.ts';

/** The adapters that axios itself looks for, in its order. */
const DEFAULT: Adapter = ['xhr', 'http', 'fetch'];

/** A body that cannot be compared with another. */
const unknownBody = (): undefined => undefined;

/** What a wrapped instance sends with. */
interface Sender {
  readonly policy: Policy;
  readonly copy: AxiosCopy;
  /** The adapter that was wrapped. */
  readonly adapter: Adapter;
}

/**
 * Wraps an axios instance so that it retries a request only when a duplicate is harmless. You get axios' own responses
 * and errors. The instance itself is changed. Its adapter is wrapped, so interceptors and transforms run once per call.
 * Instances that it creates from now on are wrapped too. A request with its own `adapter` bypasses the wrapper.
 *
 * @param instance - `axios`, or what `axios.create` returns. If it is already wrapped, the new policy applies, and the
 *   prohibitions of the old one stay in force.
 * @param options - See {@link RetryOptions}, or a policy made by `createRetryPolicy` to share budgets with other
 *   clients.
 * @returns The instance.
 * @throws {TypeError | RangeError} If it isn't an instance of axios 1, or if an option is unknown or has a wrong value.
 *
 * @example
 * const api = wrapAxios(axios.create({ baseURL: 'https://api.example' }), { maxAttempts: 4 });
 * const response = await api.put('/orders/7', order);
 * console.log(explain(reportOf(response)));
 */
export function wrapAxios<Instance extends AxiosInstance>(
  instance: Instance,
  options?: RetryOptions | RetryPolicy,
): Instance {
  assertAxios(instance);
  const { defaults } = instance;
  const inner = wrappingOf<Adapter, Policy>(defaults.adapter);
  const policy = policyOver(policyFrom(options), inner?.policy);
  const adapter = (inner ? inner.client : defaults.adapter) ?? DEFAULT;
  const sender: Sender = { policy, adapter, copy: new AxiosCopy(instance) };
  defaults.adapter = markWrapped<AxiosAdapter>((config) => start(sender, config), { client: adapter, policy });
  return instance;
}

function assertAxios(instance: unknown): void {
  const { defaults, interceptors, create, VERSION } = (typeof instance === 'function' ? instance : {}) as Partial<
    AxiosInstance & { VERSION: string }
  >;
  if (!defaults || !interceptors || typeof create !== 'function')
    throw new TypeError(
      'wrapAxios takes an axios instance first, and options second: wrapAxios(axios.create(), options)',
    );
  // Only axios itself has a version. An instance of axios 0 has no class for blobs in its environment.
  const { env } = defaults as { env?: object };
  const old = VERSION === undefined ? env && !('Blob' in env) : /^(0\.|1\.[0-2]\.)/.test(VERSION);
  if (old) throw tooOld(VERSION ?? 'axios 0');
}

function tooOld(found: string): TypeError {
  return new TypeError(`wrapAxios needs axios 1.3 or later, not ${found}`);
}

function start(sender: Sender, config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
  try {
    const { policy, copy, adapter } = sender;
    if (typeof config.headers.concat !== 'function') throw tooOld('an instance of an earlier one');
    const retry = retryOf(config);
    const traits = new AxiosTraits(config, () => copy.urlOf(config));
    const outer = enclosing(traits);
    if (!outer) return operate(sender, config, traits, retry);
    const headers = outer.passThrough(policy, traits, config.data, requestOptions(retry));
    if (headers.length === 0) return copy.send(adapter, config);
    return copy.send(adapter, { ...config, headers: config.headers.concat(Object.fromEntries(headers)) });
  } catch (error) {
    return Promise.reject(error);
  }
}

async function operate(
  { policy, copy, adapter }: Sender,
  config: InternalAxiosRequestConfig,
  traits: AxiosTraits,
  retry: AxiosRetryOptions | undefined,
): Promise<AxiosResponse> {
  let body: AxiosBody | undefined;
  const sent = (): unknown => (body && !body.stream ? body.data() : config.data);
  const operation = openOperation(policy, traits, requestOptions(retry), retry?.body ? unknownBody : config.data, sent);
  body = axiosBody(operation, config, retry?.body);
  const own = isNamed(adapter) && (config as { transport?: unknown }).transport === undefined;
  const cancellation = cancellationOf(config);
  const { signal } = cancellation;
  const call = new AxiosCall(operation, { config, traits, body, own }, signal, (each) => copy.send(adapter, each));
  const ours = attemptHeaders(operation).map(([name]) => name.toLowerCase());
  try {
    const { response, error } = await runOperation(operation, call);
    // Only a repeat that a loop above made, and that was refused, ends here with an error.
    if (error !== undefined) throw error;
    return restoreConfig(response, config, ours);
  } catch (error) {
    if (!signal?.aborted) throw restoreConfig(error, config, ours);
    const canceled = call.canceled ?? (await copy.cancellation(config));
    throw operation.settle(restoreConfig(canceled, config, ours));
  } finally {
    cancellation.end();
  }
}

/** Whether an adapter is one of axios' own, or the first of several that works. */
function isNamed(adapter: Adapter): boolean {
  return typeof adapter === 'string' || (Array.isArray(adapter) && adapter.every(isNamed));
}

/** The caller's options of one request that the core reads. */
function requestOptions(retry: AxiosRetryOptions | undefined): RequestRetryOptions | undefined {
  if (!retry) return undefined;
  const { body: _, ...options } = retry;
  return options;
}
