import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Served, serve, serveHttp2 } from '../../src/index.ts';

/** A server of somebody's own, with orders to count. */
export interface Shop extends Served {
  readonly orders: readonly string[];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += part;
  return body;
}

/** A shop of node:http: POST makes an order. `listener` may answer in another way. */
export async function openShop(listener?: RequestListener): Promise<Shop> {
  const orders: string[] = [];
  const served = await serve(
    listener ??
      (async (request, response) => {
        const body = await bodyOf(request).catch(() => undefined);
        if (body === undefined) return;
        if (request.method === 'POST') orders.push(body);
        response.writeHead(201, { 'X-Order': String(orders.length) });
        response.end(`${request.method} ${request.url} ${body.length}`);
      }),
  );
  return { ...served, orders };
}

/** The same shop for HTTP/2 with prior knowledge. */
export async function openHttp2Shop(): Promise<Shop> {
  const orders: string[] = [];
  const served = await serveHttp2(async (stream, { ':method': method, ':path': path }) => {
    const body = await text(stream);
    if (method === 'POST') orders.push(body);
    stream.respond({ ':status': 201, 'x-order': String(orders.length) });
    stream.end(`${method} ${path} ${body.length}`);
  });
  return { ...served, orders };
}
