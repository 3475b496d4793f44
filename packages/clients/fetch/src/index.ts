export {
  type Attempt,
  budgets,
  type Confirm,
  type Confirmation,
  type ConfirmContext,
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
export { deliveryOf, type Runtime } from '@twicesafe/evidence';
export type { FetchRetryOptions, RetryInit } from './init.ts';
export { type FetchLike, type WrappedFetch, wrapFetch } from './wrap-fetch.ts';
