import type { IdempotencyStore } from '../stores/store.ts';
import type { IdempotencyEvent } from './event.ts';

/** How `idempotent` treats requests with an `Idempotency-Key`. */
export interface IdempotentOptions {
  /**
   * Names the tenant that a request belongs to: the account, the customer, the API key. One tenant's key never answers
   * another tenant. It is required. Return a constant such as `'single-tenant'` if your server has one tenant.
   *
   * Called before anything else is done. Throw {@link NotApplied} to refuse the request with a response of your own.
   *
   * @example
   * scope: (request) => accountOf(request.headers.get('Authorization'))
   */
  readonly scope: (request: Request) => string | Promise<string>;
  /** Where keys and responses are kept. */
  readonly store: IdempotencyStore;
  /**
   * Whether a request without a key is refused with 400. Otherwise it runs, unprotected.
   *
   * @default false
   */
  readonly required?: boolean;
  /**
   * The methods whose keys count. Requests with other methods run as if this handler were not there.
   *
   * @default ['POST', 'PATCH']
   */
  readonly methods?: readonly string[];
  /**
   * How long a request owns its key, in milliseconds. The lease is renewed while the handler runs, so this may be much
   * shorter than the slowest request. A dead process is noticed after this time.
   *
   * @default 30_000
   */
  readonly leaseMs?: number;
  /**
   * For how long a key is remembered, in milliseconds. A request that comes later runs again, so publish this time.
   *
   * @default 86_400_000 (one day)
   */
  readonly keepMs?: number;
  /**
   * For how long a duplicate waits for the first request before it is answered with 409, in milliseconds.
   *
   * @default 2_000
   */
  readonly waitMs?: number;
  /**
   * The largest request body, in bytes. A larger one is refused with 413.
   *
   * @default 1_048_576 (1 MiB)
   */
  readonly maxRequestBytes?: number;
  /**
   * The largest response body that is stored, in bytes. A larger one reaches the client, but its replays do not have
   * it: see `summarize`.
   *
   * @default 1_048_576 (1 MiB)
   */
  readonly maxResponseBytes?: number;
  /**
   * What happens to a request whose first run did not end, because its process died or lost its lease.
   *
   * - `'refuse'`: 500 with the code `interrupted`. The response says that the effect is in doubt.
   * - `'run-again'`: one duplicate runs the handler again, with `context.attempt` above 1. Choose it if the handler
   *   uses `commit`, or if running it twice is harmless.
   *
   * @default 'refuse'
   */
  readonly interrupted?: 'refuse' | 'run-again';
  /**
   * Whether a response is stored. If not, the handler had no effect, and the same key may be sent again. The default
   * stores everything, errors included, except 401, 407, 408, 421, 425, 429 and 503.
   */
  readonly record?: (response: Response) => boolean;
  /**
   * What makes two requests the same. The default is the SHA-256 digest of method, path and query, content type and
   * body bytes. Called before the handler. The request's body has been read: use `body`.
   *
   * @example
   * fingerprint: (request, body) => `${request.url} ${canonicalJson(body)}`
   */
  readonly fingerprint?: (request: Request, body: Uint8Array) => string | Promise<string>;
  /**
   * Makes the response that replaces one that is too large to store, or is an event stream. It is given the status and
   * the headers. Without it, a replay is 500 with the code `response-not-stored`.
   *
   * @example
   * summarize: ({ headers }) => Response.json({ id: headers.get('x-order') }, { status: 201 })
   */
  readonly summarize?: (response: Response) => Response;
  /**
   * Where the `type` of the handler's own errors links to: a page, followed by `#` and the code, or a folder that ends
   * with `/`, followed by the code.
   *
   * @default 'https://twicesafe.github.io/twicesafe/server/'
   */
  readonly docs?: string;
  /**
   * Keeps the work alive after the client has left, if the runtime needs to know. Pass `context.waitUntil` in
   * Cloudflare Workers, `after` in Next.js, or `waitUntil` on Vercel. Node, Bun and Deno do not need it.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /**
   * Listens to what happens. An error that it throws is dropped. Without a listener, errors of the handler and of the
   * store are written to the console.
   */
  readonly onEvent?: (event: IdempotencyEvent) => void;
}
