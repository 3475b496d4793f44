import { subscribe } from 'node:diagnostics_channel';

/** Published with every request that undici makes of a dispatch, before any of it is sent (undici's documentation). */
const CHANNEL = 'undici:request:create';

let subscribed = false;

/**
 * A dispatch handler that knows whether undici's own client holds it, with nothing around it. Only then does a start that was
 * never announced prove that nothing was sent: an interceptor, a mock or a dispatcher of one's own may announce nothing.
 */
export class WatchedHandler {
  // biome-ignore lint/style/useReadonlyClassProperties: set by `markDirect`, which the rule does not see
  #direct = false;

  constructor() {
    if (!subscribed) subscribe(CHANNEL, notice);
    subscribed = true;
  }

  /** Whether undici made a request that reports to this handler itself. */
  get direct(): boolean {
    return this.#direct;
  }

  static markDirect(value: unknown): void {
    if (typeof value === 'object' && value !== null && #direct in value) value.#direct = true;
  }
}

/** The handler is a member of the request, under a symbol of undici's (undici 8). Undici 7 hides it, and then nothing is proved. */
function notice(message: unknown): void {
  const { request } = message as { readonly request: Readonly<Record<symbol, unknown>> };
  for (const symbol of Object.getOwnPropertySymbols(request)) WatchedHandler.markDirect(request[symbol]);
}
