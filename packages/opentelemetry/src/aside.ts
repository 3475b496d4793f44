import { context } from '@opentelemetry/api';
import { contextWith } from './run.ts';

/**
 * Wraps a function that sends requests of its own while an operation runs, such as a hook that fetches a token or a
 * `confirm` that looks an order up. Without it, {@link resendCount} would count those requests as resends of the
 * operation.
 *
 * @returns A function of the same type.
 *
 * @example
 * const fetch = traced(wrapFetch({ confirm: aside(lookUpOrder) }));
 */
export function aside<Parameters extends unknown[], Result>(
  callback: (...parameters: Parameters) => Result,
): (...parameters: Parameters) => Result {
  return (...parameters) => context.with(contextWith(undefined), () => callback(...parameters));
}
