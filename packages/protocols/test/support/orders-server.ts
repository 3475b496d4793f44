import { Code, ConnectError } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { type Served, serve } from '@twicesafe/testing';
import { Orders, RetryInfo } from './orders-service.ts';

/** Serves Connect and gRPC-Web. Each method fails in its own way. */
export async function startOrdersServer(): Promise<Served> {
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
  return await serve(handler);
}
