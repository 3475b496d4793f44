import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';

/** A server of somebody's own, with orders to count. */
export interface Shop extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
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
  const server = createServer(
    listener ??
      (async (request, response) => {
        const body = await bodyOf(request).catch(() => undefined);
        if (body === undefined) return;
        if (request.method === 'POST') orders.push(body);
        response.writeHead(201, { 'X-Order': String(orders.length) });
        response.end(`${request.method} ${request.url} ${body.length}`);
      }),
  );
  return await opened(server, orders);
}

/** The same shop for HTTP/2 with prior knowledge. */
export async function openHttp2Shop(): Promise<Shop> {
  const orders: string[] = [];
  const server = createHttp2Server((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      if (request.method === 'POST') orders.push(body);
      response.writeHead(201, { 'x-order': String(orders.length) });
      response.end(`${request.method} ${request.url} ${body.length}`);
    });
  });
  return await opened(server, orders);
}

async function opened(server: Server | Http2Server, orders: readonly string[]): Promise<Shop> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    orders,
    [Symbol.asyncDispose]: async () => {
      const stopped = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await stopped;
    },
  };
}
