import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers 503 to every first request, and 200 to every second. */
export interface BusyServer extends AsyncDisposable {
  readonly url: string;
  readonly methods: readonly string[];
}

export async function listen(): Promise<BusyServer> {
  const methods: string[] = [];
  const server = createServer((request, response) => {
    methods.push(request.method ?? '');
    response.writeHead(methods.length % 2 === 1 ? 503 : 200).end('{"order":7}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders/7`,
    methods,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
