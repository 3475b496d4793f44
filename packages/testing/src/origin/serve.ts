import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { type Server as AnyServer, createServer as createSocketServer, type Socket } from 'node:net';
import { HOST, Listening } from './listening.ts';

/** Where a server listens, and the options of `node:http`. */
export interface ServeOptions extends ServerOptions {
  /**
   * The port on 127.0.0.1.
   *
   * @default 0, which takes any free port
   */
  readonly port?: number;
}

/** A server on 127.0.0.1, until the end of the block. */
export interface Served<Kind = AnyServer> extends AsyncDisposable {
  /** The root URL, with its final slash. */
  readonly url: string;
  readonly port: number;
  /** For events such as `upgrade`. */
  readonly server: Kind;
  /** Stops listening and destroys every connection; resolves when all are gone. */
  close(): Promise<void>;
}

/**
 * Serves your own application on 127.0.0.1: a listener of `node:http`, as frameworks make them.
 *
 * @throws the server's error if the port is in use.
 * @example
 * await using shop = await serve(app);
 * await provesSafe(placeOrder, { to: shop.url, effects: () => orders.length });
 */
export async function serve(
  listener: RequestListener,
  { port, ...options }: ServeOptions = {},
): Promise<Served<Server>> {
  return await served(createServer(options, listener), port);
}

/**
 * Serves HTTP/2 with prior knowledge, without TLS, on 127.0.0.1.
 *
 * @throws the server's error if the port is in use.
 * @example
 * await using server = await serveHttp2((stream) => stream.respond({ ':status': 204 }, { endStream: true }));
 */
export async function serveHttp2(
  listener: (stream: ServerHttp2Stream, headers: Readonly<Record<string, unknown>>) => void,
  { port }: { readonly port?: number } = {},
): Promise<Served> {
  return await served(createHttp2Server().on('stream', listener), port);
}

/**
 * Serves connections byte by byte on 127.0.0.1, for what isn't HTTP, or is broken in a way that `scriptedOrigin`
 * doesn't play.
 *
 * @throws the server's error if the port is in use.
 * @example
 * await using silent = await serveSockets(() => {});
 */
export async function serveSockets(
  listener: (socket: Socket) => void,
  { port }: { readonly port?: number } = {},
): Promise<Served> {
  return await served(createSocketServer(listener), port);
}

async function served<Kind extends AnyServer>(server: Kind, from = 0): Promise<Served<Kind>> {
  const listening = new Listening(server);
  await listening.open(from);
  const { port } = listening;
  const close = (): Promise<void> => listening.close();
  return { url: `http://${HOST}:${port}/`, port, server, close, [Symbol.asyncDispose]: close };
}
