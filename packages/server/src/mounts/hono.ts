import type { Context, MiddlewareHandler } from 'hono';
import { answerRequest } from '../handler/answer-request.ts';
import { claimByLease } from '../handler/claim-by-lease.ts';
import { type Handler, type IdempotentContext, unkeyedContext } from '../handler/context.ts';
import { NotApplied } from '../handler/not-applied.ts';
import type { IdempotentOptions } from '../handler/options.ts';
import { settingsOf } from '../handler/settings.ts';

/** What {@link honoIdempotency} leaves for the route: `context.get('idempotency')`. */
export interface IdempotencyVariables {
  readonly idempotency: IdempotentContext;
}

/**
 * Mounts a Fetch handler, such as `idempotent` makes, on a route of Hono.
 *
 * @example
 * app.post('/payments', honoHandler(handle));
 */
export function honoHandler(handle: (request: Request) => Promise<Response>): (context: Context) => Promise<Response> {
  return (context) => handle(context.req.raw);
}

/**
 * Makes the routes behind it honor `Idempotency-Key`, with handlers written for Hono. Mount it directly before the
 * route, behind authentication, CORS and compression, and ahead of anything that reads the body.
 *
 * @throws {TypeError} If an option is missing or wrong.
 * @example
 * app.post('/payments', honoIdempotency({ store, scope }), async (context) => {
 *   const { held } = context.get('idempotency');
 *   return context.json(await pay(await context.req.json(), held), 201);
 * });
 */
export function honoIdempotency(options: IdempotentOptions): MiddlewareHandler<{ Variables: IdempotencyVariables }> {
  const settings = settingsOf(options);
  return async (context, next) => {
    let hasRun = false;
    const handler: Handler = async (request, idempotency) => {
      hasRun = true;
      context.req.raw = request;
      context.set('idempotency', idempotency);
      await next();
      // Hono has made a response of it already.
      if (context.error instanceof NotApplied) throw context.error;
      return context.res;
    };
    const response = await answerRequest(context.req.raw, settings, {
      keyed: (keyed) => claimByLease(keyed, handler, settings),
      unkeyed: (request) => handler(request, unkeyedContext()),
    });
    if (!hasRun) return response;
    // Assigning twice, because Hono merges a response into the one that is there.
    context.res = undefined;
    context.res = response;
    return;
  };
}
