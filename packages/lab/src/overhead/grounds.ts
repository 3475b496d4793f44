import { serve } from '@twicesafe/testing';
import type { Fetch } from './clients.ts';

const TYPE = { 'content-type': 'application/json' };

/** The response bodies of a ground: an order, or a kilobyte with a known length, which is read within the attempt. */
export const BODIES: Readonly<Record<string, string>> = { order: '{"id":7}', kilobyte: 'x'.repeat(1000) };

/** A target for requests, and the number of operations in a round. */
export interface Ground {
  readonly name: 'stub' | 'loopback';
  readonly url: string;
  readonly fetch: Fetch;
  readonly operations: number;
  /** The number of rounds. There are many short ones, so that some of them run undisturbed. */
  readonly rounds: number;
  close(): void;
}

/** Makes a fetch that only creates a Response, which shows the overhead in the worst case. */
export function stubGround(body: string, short: boolean): Ground {
  const headers = body.length > 100 ? { ...TYPE, 'content-length': String(body.length) } : TYPE;
  return {
    name: 'stub',
    url: 'https://api.example/orders/7',
    fetch: async () => new Response(body, { headers }),
    operations: short ? 500 : 1000,
    rounds: short ? 3 : 75,
    close() {},
  };
}

/** Uses the runtime's own fetch over a keep-alive connection. */
export async function loopbackGround(body: string, short: boolean): Promise<Ground> {
  const server = await serve((request, response) => {
    request.resume().once('end', () => response.writeHead(200, { ...TYPE, 'content-length': body.length }).end(body));
  });
  return {
    name: 'loopback',
    url: `${server.url}orders/7`,
    fetch: globalThis.fetch as Fetch,
    operations: 20,
    rounds: short ? 5 : 100,
    close() {
      void server.close();
    },
  };
}
