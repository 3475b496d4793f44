import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One document with an entity tag. */
export interface DocumentApi extends AsyncDisposable {
  readonly url: string;
  readonly versions: readonly string[];
}

/** @param cuts - How many of the first PATCHes lose their answer after they were processed. */
export async function listen(cuts: number): Promise<DocumentApi> {
  const versions = ['first'];
  let left = cuts;
  const server = createServer(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const tag = `"v${versions.length}"`;
    if (request.method === 'GET') return response.setHeader('etag', tag).end(versions.at(-1));
    const matches = request.headers['if-match'] === tag;
    if (matches) versions.push(body);
    if (left-- > 0) return request.socket.resetAndDestroy();
    return response.writeHead(matches ? 204 : 412).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    versions,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
