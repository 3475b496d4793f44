import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the first request to each path goes wrong. */
export type Fault = 'busy' | 'cut';

/** An API that is busy at the first request to `/busy`, and cuts the connection to `/cut` after processing. */
export interface Api extends AsyncDisposable {
  urlOf(fault: Fault): string;
  /** Requests since the last call. */
  countRequests(): number;
}

export async function listen(): Promise<Api> {
  let requests = 0;
  let first = true;
  const server = createServer((request, response) => {
    requests++;
    const fails = first;
    first = false;
    request.resume().on('end', () => {
      if (fails && request.url === '/cut') return request.socket.resetAndDestroy();
      if (fails) return response.writeHead(503).end();
      return response.writeHead(request.method === 'DELETE' && request.url === '/cut' ? 404 : 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    urlOf: (fault) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${fault}`,
    countRequests() {
      const count = requests;
      requests = 0;
      first = true;
      return count;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
