import { createTRPCUntypedClient, httpLink, retryLink, type TRPCUntypedClient } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { wrapFetch } from '@twicesafe/fetch';
import { client } from '../recipes/trpc.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: TRPCUntypedClient<AnyRouter>): Calls {
  return { read: () => sdk.query('orders'), write: () => sdk.mutation('place', { item: 7 }) };
}

export const trpc: Sdk = {
  name: '@trpc/client with retryLink',
  file: 'trpc',
  retriesOff: 'leave the link out',
  marks: 'none',
  open(url, options) {
    const retrying = retryLink<AnyRouter>({ retry: ({ attempts }) => attempts < 3 });
    const fetch = options ? wrapFetch(options) : globalThis.fetch;
    const sending = httpLink({ url, fetch: (input, init) => fetch(input, init as RequestInit) });
    return calls(createTRPCUntypedClient<AnyRouter>({ links: [retrying, sending] }));
  },
  recipe: (url) => calls(client(url)),
};
