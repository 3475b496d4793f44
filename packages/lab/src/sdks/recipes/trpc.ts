import { createTRPCUntypedClient, httpLink, type TRPCUntypedClient } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { wrapFetch } from '@twicesafe/fetch';

const safeFetch = wrapFetch();

// The same with createTRPCClient. Leave retryLink out.
export function client(url: string): TRPCUntypedClient<AnyRouter> {
  const link = httpLink({ url, fetch: (input, init) => safeFetch(input, init as RequestInit) });
  return createTRPCUntypedClient<AnyRouter>({ links: [link] });
}
