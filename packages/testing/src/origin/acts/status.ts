import type { Act } from '../act.ts';
import { answer } from '../answer.ts';
import { checkCode, type ResponseHeaders, tellsApplied } from '../response-head.ts';

/** How `status` answers. */
export interface StatusAnswer {
  readonly headers?: ResponseHeaders;
  readonly body?: string | Uint8Array;
  /**
   * Whether the application processed the request.
   *
   * @default true for 2xx, 303 and 304, false for every other status
   */
  readonly applies?: boolean;
}

/**
 * Reads the whole request and answers.
 *
 * @example
 * origin.plays(status(503, { headers: { 'retry-after': '2' } }), status(200));
 * origin.plays(status(500, { applies: true })); // the application processed the request and then failed
 */
export function status(
  code: number,
  { headers = {}, body = '', applies = tellsApplied(code) }: StatusAnswer = {},
): Act {
  checkCode(code);
  return {
    on: 'request',
    name: `status ${code}`,
    play: async (exchange) => {
      await exchange.readWhole();
      if (applies) exchange.apply();
      return await answer(exchange, { code, headers, body: Buffer.from(body) });
    },
  };
}

/**
 * Reads the whole request and redirects the client. Only a 303 counts as applied.
 *
 * @example
 * origin.plays(redirect(307, '/orders/v2'), status(201));
 */
export function redirect(code: number, location: string): Act {
  return { ...status(code, { headers: { location } }), name: `redirect ${code}` };
}
