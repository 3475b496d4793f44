import { serve } from '@twicesafe/testing';

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
  const server = await serve((request, response) => {
    requests++;
    const fails = first;
    first = false;
    request.resume().on('end', () => {
      if (fails && request.url === '/cut') return request.socket.resetAndDestroy();
      if (fails) return response.writeHead(503).end();
      return response.writeHead(request.method === 'DELETE' && request.url === '/cut' ? 404 : 200).end();
    });
  });
  return {
    urlOf: (fault) => `${server.url}${fault}`,
    countRequests() {
      const count = requests;
      requests = 0;
      first = true;
      return count;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
