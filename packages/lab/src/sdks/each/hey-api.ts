import { type Client, createClient } from '@hey-api/client-fetch';
import { wrapFetch } from '@twicesafe/fetch';
import { client } from '../recipes/hey-api.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: Client): Calls {
  return { read: () => sdk.get({ url: '/orders' }), write: () => sdk.post({ url: '/orders', body: { item: 7 } }) };
}

export const heyApi: Sdk = {
  name: '@hey-api/client-fetch',
  file: 'hey-api',
  retriesOff: 'has none',
  marks: 'none',
  open: (baseUrl, options) => calls(createClient({ baseUrl, ...(options && { fetch: wrapFetch(options) }) })),
  recipe: (url) => calls(client(url)),
};
