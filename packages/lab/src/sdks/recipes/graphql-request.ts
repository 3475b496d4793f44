import { withRetry, wrapFetch } from '@twicesafe/fetch';
import { GraphQLClient } from 'graphql-request';

export function client(url: string): GraphQLClient {
  return new GraphQLClient(url, { fetch: wrapFetch() });
}

/** A query is a POST too: say that it may be repeated. Mutations go through `client.request`. */
export function query(sdk: GraphQLClient, document: string): Promise<unknown> {
  return withRetry({ idempotent: true }, () => sdk.request(document));
}
