import { wrapFetch } from '@twicesafe/fetch';
import { GraphQLClient } from 'graphql-request';
import { client, query } from '../recipes/graphql-request.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: GraphQLClient): Calls {
  return {
    read: () => sdk.request('query { orders { id } }'),
    write: () => sdk.request('mutation { placeOrder { id } }'),
  };
}

export const graphqlRequest: Sdk = {
  name: 'graphql-request',
  file: 'graphql-request',
  retriesOff: 'has none',
  marks: 'none; queries are POST too',
  open: (url, options) => calls(new GraphQLClient(url, options && { fetch: wrapFetch(options) })),
  recipe(url) {
    const sdk = client(url);
    return { ...calls(sdk), read: () => query(sdk, 'query { orders { id } }') };
  },
};
