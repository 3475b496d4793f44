export * from '@twicesafe/core/user';
export type { KyRetryOptions, WrappedKy, WrappedOptions } from './options.ts';
export { wrapKy } from './wrap-ky.ts';
