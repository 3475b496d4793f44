import { serve } from '@twicesafe/testing';

/** One document with an entity tag. */
export interface DocumentApi extends AsyncDisposable {
  readonly url: string;
  readonly versions: readonly string[];
}

/** @param cuts - How many of the first PATCHes lose their answer after they were processed. */
export async function listen(cuts: number): Promise<DocumentApi> {
  const versions = ['first'];
  let left = cuts;
  const server = await serve(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const tag = `"v${versions.length}"`;
    if (request.method === 'GET') return response.setHeader('etag', tag).end(versions.at(-1));
    const matches = request.headers['if-match'] === tag;
    if (matches) versions.push(body);
    if (left-- > 0) return request.socket.resetAndDestroy();
    return response.writeHead(matches ? 204 : 412).end();
  });
  return {
    url: server.url,
    versions,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
