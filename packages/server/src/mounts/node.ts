import type { IncomingMessage, ServerResponse } from 'node:http';
import { DOCS, problem } from '../handler/problem.ts';
import { BodyParsed, ClientLeft, type ParsedMessage, readSmallBody, requestOf } from './node/incoming.ts';
import { writeResponse } from './node/outgoing.ts';

/** A Fetch handler, such as `idempotent` makes. */
export type FetchHandler = (request: Request) => Promise<Response>;

/** A request listener of node:http, and a handler of Express. */
export type NodeHandler = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  next?: (error: unknown) => void,
) => Promise<void>;

/**
 * Mounts a Fetch handler on node:http, or on a route of Express.
 *
 * In Express, mount it ahead of the body parser, or let the parser keep the bytes as `request.rawBody`. Only bytes can
 * be compared and passed on, so a body that was parsed without them is answered with 500 and the code `body-parsed`.
 * CORS and compression go before it, as for any route.
 *
 * @returns A listener that never rejects. An error of a request without a key goes to `next` if there is one, else to
 *   the console, and the client gets 500.
 * @example
 * createServer(nodeHandler(handle)).listen(3000);
 * app.post('/payments', nodeHandler(handle));
 */
export function nodeHandler(handle: FetchHandler): NodeHandler {
  if (typeof handle !== 'function') throw new TypeError(`nodeHandler needs a function, not ${String(handle)}`);
  return async (incoming, outgoing, next) => {
    try {
      const response = await answer(handle, incoming);
      await writeResponse(response, outgoing, incoming.method ?? 'GET');
    } catch (error) {
      // The client went away while it sent the body, so an answer is impossible, and the handler never ran.
      if (error instanceof ClientLeft) return;
      if (next) return next(error);
      console.error(error);
      await writeResponse(new Response('Internal Server Error', { status: 500 }), outgoing, 'GET');
    }
  };
}

async function answer(handle: FetchHandler, message: ParsedMessage): Promise<Response> {
  const bytes = await readSmallBody(message);
  let request: Request;
  try {
    request = requestOf(message, bytes);
  } catch (error) {
    if (error instanceof BodyParsed) return bodyParsed(error);
    // Fetch has no Request for CONNECT and TRACE.
    return new Response('This method is not supported', { status: 501 });
  }
  return handle(request);
}

function bodyParsed(error: BodyParsed): Response {
  console.error(error);
  return problem('body-parsed', DOCS, error.message);
}
