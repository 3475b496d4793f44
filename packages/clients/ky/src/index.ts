export * from '@twicesafe/core';
export type { KyRetryOptions, WrappedKy, WrappedOptions } from './options.ts';
export { wrapKy } from './wrap-ky.ts';
