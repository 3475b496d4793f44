import { QueryClient } from '@tanstack/query-core';
import { type WrappedFetch, wrapFetch } from '@twicesafe/fetch';

export const fetch: WrappedFetch = wrapFetch(); // for your query and mutation functions

export function client(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: false } } });
}
