export * from '@twicesafe/core';
export { type GotRetryOptions, retryContext } from './options.ts';
export { wrapGot } from './wrap-got.ts';
