import { wrapFetch } from '@twicesafe/fetch';
import createClient, { type Client } from 'openapi-fetch';
import { client } from '../recipes/openapi-fetch.ts';
import type { Calls, Sdk } from '../sdk.ts';

/** As openapi-typescript generates it. */
interface Operation {
  readonly responses: { readonly 200: { readonly content: { readonly 'application/json': unknown } } };
}
interface Paths {
  readonly '/orders': {
    readonly get: Operation;
    readonly post: Operation & { readonly requestBody: { readonly content: { readonly 'application/json': unknown } } };
  };
}

function calls(sdk: Client<Paths>): Calls {
  return { read: () => sdk.GET('/orders'), write: () => sdk.POST('/orders', { body: { item: 7 } }) };
}

export const openapiFetch: Sdk = {
  name: 'openapi-fetch',
  file: 'openapi-fetch',
  retriesOff: 'has none',
  marks: 'none',
  open: (baseUrl, options) => calls(createClient<Paths>({ baseUrl, ...(options && { fetch: wrapFetch(options) }) })),
  recipe: (url) => calls(client<Paths>(url)),
};
