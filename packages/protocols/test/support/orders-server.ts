import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Code, ConnectError } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { Orders, RetryInfo } from './orders-service.ts';

/** A real server of Connect and gRPC-Web, on which each method fails in its own way. */
export interface OrdersServer extends AsyncDisposable {
  readonly url: string;
}

/** Starts the server on a free port of this machine. */
export async function startOrdersServer(): Promise<OrdersServer> {
  const handler = connectNodeAdapter({
    routes(router) {
      router.service(Orders, {
        get: () => {
          const value = { retryDelay: { seconds: 2n, nanos: 500_000_000 } };
          throw new ConnectError('later', Code.ResourceExhausted, undefined, [{ desc: RetryInfo, value }]);
        },
        put: () => {
          throw new ConnectError('no', Code.Unavailable, { 'grpc-retry-pushback-ms': '-1' });
        },
        pay: (order: object) => order,
        async *watch(order: object) {
          yield order;
          throw new ConnectError('gone', Code.Internal);
        },
      } as never);
    },
  });
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
