export {
  type Attempt,
  budgets,
  constantBackoff,
  createRetryPolicy,
  type Decision,
  type Delivery,
  decorrelatedBackoff,
  type Effect,
  equalJitterBackoff,
  explain,
  exponentialBackoff,
  keys,
  type Reason,
  type Report,
  type RetryEvent,
  type RetryOptions,
  type RetryPolicy,
  type Rule,
  reportOf,
} from '@twicesafe/core';
export type { WrappedKy, WrappedOptions, WrappedRetry } from './options.ts';
export { wrapKy } from './wrap-ky.ts';
