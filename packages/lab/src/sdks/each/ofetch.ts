import { wrapFetch } from '@twicesafe/fetch';
import { type $Fetch, createFetch } from 'ofetch';
import { client } from '../recipes/ofetch.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: $Fetch, retry: 3 | 0): Calls {
  return {
    read: () => sdk('orders', { retry }),
    write: () => sdk('orders', { method: 'POST', body: { item: 7 }, retry }),
  };
}

export const ofetch: Sdk = {
  name: 'ofetch with `retry: 3`',
  file: 'ofetch',
  retriesOff: '`retry: 0`; `false` would turn twicesafe off too',
  marks: 'none',
  open(baseURL, options) {
    const fetch = options ? wrapFetch(options) : globalThis.fetch;
    return calls(createFetch({ fetch, defaults: { baseURL } }), 3);
  },
  recipe: (url) => calls(client(url), 0),
};
