export * from '@twicesafe/core';
export { deliveryOf, type Runtime } from '@twicesafe/evidence';
export type { FetchRetryOptions, RetryInit } from './options.ts';
export { type FetchLike, type WrappedFetch, wrapFetch } from './wrap-fetch.ts';
