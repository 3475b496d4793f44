export * from '@twicesafe/core/user';
export { type GotRetryOptions, retryContext } from './options.ts';
export { wrapGot } from './wrap-got.ts';
