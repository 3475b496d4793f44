export * from '@twicesafe/core';
export { deliveryOf, type Runtime } from '@twicesafe/evidence';
export type { AxiosRetryOptions } from './options.ts';
export { wrapAxios } from './wrap-axios.ts';
