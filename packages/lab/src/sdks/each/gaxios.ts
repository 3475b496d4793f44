import { wrapFetch } from '@twicesafe/fetch';
import { Gaxios } from 'gaxios';
import { client } from '../recipes/gaxios.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: Gaxios, retry: boolean): Calls {
  const own = retry ? { retry } : {};
  return {
    read: () => sdk.request({ url: 'orders', ...own }),
    write: () => sdk.request({ url: 'orders', method: 'POST', data: { item: 7 }, ...own }),
  };
}

export const gaxios: Sdk = {
  name: 'gaxios with `retry: true`',
  file: 'gaxios',
  retriesOff: 'leave `retry` out',
  marks: 'none',
  open: (baseURL, options) =>
    calls(new Gaxios({ baseURL, ...(options && { fetchImplementation: wrapFetch(options) }) }), true),
  recipe: (url) => calls(client(url), false),
};
