import { MutationObserver, QueryClient } from '@tanstack/query-core';
import { wrapFetch } from '@twicesafe/fetch';
import * as recipe from '../recipes/tanstack-query.ts';
import type { Calls, Sdk } from '../sdk.ts';

type Fetch = typeof globalThis.fetch;

async function send(fetch: Fetch, url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(`${url}orders`, init);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response;
}

function calls(sdk: QueryClient, fetch: Fetch, url: string): Calls {
  const place = { mutationFn: () => send(fetch, url, { method: 'POST', body: '{"item":7}' }) };
  return {
    read: () => sdk.fetchQuery({ queryKey: ['orders', url], queryFn: () => send(fetch, url) }),
    write: () => new MutationObserver(sdk, place).mutate(),
  };
}

export const tanstackQuery: Sdk = {
  name: 'TanStack Query, as in a browser',
  file: 'tanstack-query',
  retriesOff: '`retry: false`',
  marks: 'none',
  open(url, options) {
    const client = new QueryClient({ defaultOptions: { queries: { retry: 3 } } });
    return calls(client, options ? wrapFetch(options) : globalThis.fetch, url);
  },
  recipe: (url) => calls(recipe.client(), recipe.fetch, url),
};
