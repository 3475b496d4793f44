export * from '@twicesafe/core';
export { deliveryOf, type Runtime } from '@twicesafe/evidence';
export { type UndiciRetryOptions, withRetry } from './options.ts';
export { retry } from './retry.ts';
