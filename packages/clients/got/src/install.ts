import type { Options } from 'got';
import { CallersRetry } from './callers-retry.ts';
import { confirmCall } from './confirm-call.ts';
import type { GotCall } from './got-call.ts';

type CalculateDelay = NonNullable<Options['retry']['calculateDelay']>;

/** Our closures in got's options, and whose they are. */
const installed = new WeakMap<object, { readonly call: GotCall; readonly calculateDelay: CalculateDelay }>();

/** The call that already uses these options, because another wrapped instance was merged into this one. */
export function callOf({ retry }: Options): GotCall | undefined {
  const call = installed.get(retry.calculateDelay as CalculateDelay)?.call;
  return call?.over ? undefined : call;
}

/** got's `retry` options as the caller gave them, also if an ended call left its own. */
export function callersRetryOf(options: Options): CallersRetry {
  const { retry } = options;
  const defaults = new (options.constructor as typeof Options)().retry;
  return new CallersRetry(original(retry.calculateDelay as CalculateDelay), defaults);
}

/** Puts the closures of a call into its options, around the caller's own. got runs all hooks once per attempt. */
export function install(call: GotCall, options: Options): void {
  const { retry, hooks } = options;
  const confirmError = async (error: Error): Promise<Error> => {
    await confirmCall(call);
    return error;
  };
  const entry = { call, calculateDelay: original(retry.calculateDelay as CalculateDelay) };
  const ours = [call.prepare, call.handOver, call.calculateDelay, call.readBody, call.pickError, confirmError];
  for (const closure of ours) installed.set(closure, entry);
  options.retry = { ...retry, calculateDelay: call.calculateDelay, enforceRetryRules: false };
  hooks.beforeRequest = [call.prepare, ...callersOnly(hooks.beforeRequest), call.handOver];
  if (call.operation.mayJudge) hooks.afterResponse = [call.readBody, ...callersOnly(hooks.afterResponse)];
  hooks.beforeError = [call.pickError, ...callersOnly(hooks.beforeError)];
  // got's promise waits for `confirm` by itself.
  if (options.isStream && call.operation.settings.confirm) hooks.beforeError.push(confirmError);
}

function original(calculateDelay: CalculateDelay): CalculateDelay {
  return installed.get(calculateDelay)?.calculateDelay ?? calculateDelay;
}

function callersOnly<Hook extends object>(hooks: readonly Hook[]): Hook[] {
  return hooks.filter((hook) => !installed.has(hook));
}
