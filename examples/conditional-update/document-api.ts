import { serve } from '@twicesafe/testing';

/**
 * What goes wrong with a PATCH:
 *
 * - `lost`: the answer is lost after the change was made.
 * - `overwritten`: the same, and then another client changes the document.
 * - `slow`: the connection breaks while the server works. The server makes the change when `finish` is called.
 */
export type Fault = 'lost' | 'overwritten' | 'slow';

/** One document with an entity tag. */
export interface DocumentApi extends AsyncDisposable {
  readonly url: string;
  readonly versions: readonly string[];
  /** Ends the work on the slow PATCHes. */
  finish(): void;
}

/** @param faults - What goes wrong with the first PATCHes, one after the other. */
export async function listen(...faults: Fault[]): Promise<DocumentApi> {
  const versions = ['first'];
  const unfinished: (() => number)[] = [];
  const server = await serve(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const tag = (): string => `"v${versions.length}"`;
    const change = (): number => {
      if (request.headers['if-match'] !== tag()) return 412;
      versions.push(body);
      return 204;
    };
    if (request.method === 'GET') return response.setHeader('etag', tag()).end(versions.at(-1));
    const fault = faults.shift();
    if (fault === 'slow') unfinished.push(change);
    else response.statusCode = change();
    if (fault === 'overwritten') versions.push('of another client');
    return fault ? request.socket.resetAndDestroy() : response.end();
  });
  return {
    url: server.url,
    versions,
    finish: () => {
      for (const change of unfinished.splice(0)) change();
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
