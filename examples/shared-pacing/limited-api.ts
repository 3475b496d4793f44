import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API that answers 429 with `Retry-After: 1` above a number of requests per second. */
export interface LimitedApi extends AsyncDisposable {
  readonly url: string;
  readonly served: number;
  readonly refused: number;
}

export async function openLimitedApi(perSecond: number): Promise<LimitedApi> {
  let [served, refused, second, inSecond] = [0, 0, 0, 0];
  const server = createServer((_, response) => {
    const now = Math.floor(Date.now() / 1_000);
    if (now !== second) [second, inSecond] = [now, 0];
    inSecond += 1;
    if (inSecond > perSecond) {
      refused += 1;
      response.writeHead(429, { 'Retry-After': '1' }).end();
    } else {
      served += 1;
      response.writeHead(200).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get served() {
      return served;
    },
    get refused() {
      return refused;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
