import type { FastifyInstance, FastifyReply, HTTPMethods } from 'fastify';
import { knownBody } from '../handler/known-body.ts';
import { requestOf } from './node/incoming.ts';

/** The options of {@link fastifyPlugin}. */
export interface FastifyPluginOptions {
  /** The path of the route. */
  readonly url: string;
  /** A Fetch handler, such as `idempotent` makes. */
  readonly handle: (request: Request) => Promise<Response>;
  /**
   * The methods of the route.
   *
   * @default 'POST'
   */
  readonly method?: HTTPMethods | HTTPMethods[];
  /**
   * The largest body that Fastify reads, in bytes. Raise it together with `maxRequestBytes`. The default is Fastify's.
   */
  readonly bodyLimit?: number;
}

/**
 * Mounts a Fetch handler on a route of Fastify. The plugin is encapsulated: its route gets the bytes of the body,
 * whatever their content type, and other routes keep their parsers. Schemas for the body do not apply, because the
 * handler reads it.
 *
 * @example
 * await app.register(fastifyPlugin, { url: '/payments', handle });
 */
export async function fastifyPlugin(app: FastifyInstance, options: FastifyPluginOptions): Promise<void> {
  const { url, handle, method = 'POST', bodyLimit } = options;
  if (typeof handle !== 'function') throw new TypeError(`handle must be a function, not ${String(handle)}`);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: unknown) => body);
  app.route({
    url,
    method,
    ...(bodyLimit !== undefined && { bodyLimit }),
    handler: async (request, reply) => {
      const bytes = request.body instanceof Uint8Array ? (request.body as Uint8Array<ArrayBuffer>) : undefined;
      return send(await handle(requestOf(request.raw, bytes)), reply);
    },
  });
}

/** Not `reply.send(response)`, which replaces the Vary that CORS has set, and sends bytes as a stream. */
function send(response: Response, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = response;
  reply.code(status);
  for (const [name, value] of headers) {
    const before = name === 'vary' ? reply.getHeader('vary') : undefined;
    reply.header(name, before === undefined ? value : `${before}, ${value}`);
  }
  // Fastify gives bytes a content type if they have none, and streams not.
  const bytes = headers.has('content-type') ? knownBody(response) : undefined;
  return reply.send(bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : (body ?? undefined));
}
