import { answerRequest } from './answer-request.ts';
import { claimByLease } from './claim-by-lease.ts';
import { type Handler, unkeyedContext } from './context.ts';
import type { KeyedRequest } from './identify.ts';
import type { IdempotentOptions } from './options.ts';
import { settingsOf } from './settings.ts';

/**
 * Makes a Fetch handler honor `Idempotency-Key`: of all requests with one key, one runs, and the others get its
 * response.
 *
 * The returned function uses only web APIs, so it is a Next.js route handler, a Hono handler or the `fetch` of Bun,
 * Deno and Cloudflare Workers as it is. `@twicesafe/server/node` mounts it on node:http and Express.
 *
 * @param handler - Processes a request. A {@link NotApplied} that it throws or returns gives the key back. Any other
 *   error is stored as a 500, because the handler may have done part of its work.
 * @throws {TypeError} If an option is missing or wrong.
 * @see draft-ietf-httpapi-idempotency-key-header-07
 * @example
 * export const POST = idempotent(
 *   async (request) => Response.json(await pay(await request.json()), { status: 201 }),
 *   { store: sqliteStore('keys.db'), scope: (request) => accountOf(request) },
 * );
 */
export function idempotent(handler: Handler, options: IdempotentOptions): (request: Request) => Promise<Response> {
  const settings = settingsOf(options);
  if (typeof handler !== 'function') throw new TypeError(`the handler must be a function, not ${String(handler)}`);
  const unkeyed = (request: Request): ReturnType<Handler> => handler(request, unkeyedContext());
  const keyed = (request: KeyedRequest): Promise<Response> => claimByLease(request, handler, settings);
  return (request) => answerRequest(request, settings, { keyed, unkeyed });
}
