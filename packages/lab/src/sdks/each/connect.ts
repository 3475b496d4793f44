import type { Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { wrapFetch } from '@twicesafe/fetch';
import { place, read } from '../orders-service.ts';
import { client } from '../recipes/connect.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(transport: Transport): Calls {
  return {
    read: () => transport.unary(read, undefined, undefined, undefined, {}),
    write: () => transport.unary(place, undefined, undefined, undefined, {}),
  };
}

export const connect: Sdk = {
  name: '@connectrpc/connect-web',
  file: 'connect',
  retriesOff: 'has none',
  marks: 'none',
  open: (baseUrl, options) =>
    calls(createConnectTransport({ baseUrl, useHttpGet: true, ...(options && { fetch: wrapFetch(options) }) })),
  recipe: (url) => calls(client(url)),
};
