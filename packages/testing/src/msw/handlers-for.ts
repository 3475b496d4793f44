import { delay, type HttpHandler, HttpResponse, http } from 'msw';
import { type ApplicationAnswer, KEY_REUSED, plainAnswer } from '../faults/application-answer.ts';
import { checkedFault } from '../faults/checked-fault.ts';
import type { Fault, FaultName } from '../faults/fault.ts';
import { faultHeaders } from '../faults/fault-headers.ts';
import { faults } from '../faults/faults.ts';
import { hasEffect, Ledger, type LedgerOptions, type LedgerRequest } from '../ledger/ledger.ts';
import { HIDES, NOT_PLAYED } from './msw-limits.ts';

/** How the handlers answer. */
export interface HandlersOptions extends LedgerOptions {
  /**
   * The URLs to handle, in msw's notation.
   *
   * @default '*'
   */
  readonly url?: string;
  /** The application's own answer. By default 200 with a small JSON document. */
  readonly answer?: (request: LedgerRequest) => ApplicationAnswer;
  /**
   * The wait that `busy503` and `limited429` ask for, in seconds.
   *
   * @default 1
   */
  readonly retryAfterSeconds?: number;
  /**
   * How late the answer of `slow` comes, in milliseconds.
   *
   * @default 1_000
   */
  readonly slowMs?: number;
}

/** Handlers for msw, and what reached them. */
export interface FaultyHandlers {
  /** For `setupServer` in Node, `setupWorker` in browsers, and `use` of both. */
  readonly handlers: readonly HttpHandler[];
  /** Requests that reached the handlers so far. */
  readonly arrivals: number;
  /** The requests that took effect so far. */
  readonly effects: readonly LedgerRequest[];
  /** What msw does not show of this fault in Node, or undefined. */
  readonly hides: string | undefined;
}

/**
 * Makes msw handlers that play a fault on the first request with an unsafe method, and answer every other one.
 *
 * msw answers within the client, so it can't refuse, reset or break a connection. It can't play five of the faults, and
 * its network errors lack a code. A client that doubles on ECONNRESET doesn't double here. For a proof use
 * `provesSafe`.
 *
 * @throws RangeError for a fault that does not exist, or that msw cannot play.
 * @example
 * const faulty = handlersFor('lost502');
 * server.use(...faulty.handlers);
 * await placeOrder();
 * expect(faulty.effects).toHaveLength(1);
 */
export function handlersFor(name: FaultName, options: HandlersOptions = {}): FaultyHandlers {
  const fault = checkedFault(name, 'name');
  const reason = NOT_PLAYED[name];
  if (reason !== undefined) throw new RangeError(`msw cannot play ${name}: ${reason}`);
  const ledger = new Ledger(options);
  let arrivals = 0;
  let played = false;
  const handler = http.all(options.url ?? '*', async ({ request }) => {
    arrivals += 1;
    const isFaulty = !played && hasEffect(request.method);
    if (isFaulty) played = true;
    return await respond(isFaulty ? fault : faults.none, await ledgerRequest(request), ledger, options);
  });
  return {
    handlers: [handler],
    hides: HIDES[name],
    get arrivals() {
      return arrivals;
    },
    get effects() {
      return ledger.effects;
    },
  };
}

async function respond(
  { effects, answer }: Fault,
  request: LedgerRequest,
  ledger: Ledger,
  { answer: answerOf = plainAnswer, retryAfterSeconds = 1, slowMs = 1000 }: HandlersOptions,
): Promise<HttpResponse<string>> {
  const own = effects > 0 && ledger.process(request) === 'key-reused' ? KEY_REUSED : answerOf(request);
  if (answer === 'reset') return HttpResponse.error() as HttpResponse<string>;
  if (answer === 'silence') await delay('infinite');
  if (answer === 'late') await delay(slowMs);
  if (typeof answer !== 'number') return responseOf(own);
  return new HttpResponse('', { status: answer, headers: faultHeaders(answer, retryAfterSeconds) });
}

function responseOf({ status = 200, headers = {}, body = '' }: ApplicationAnswer): HttpResponse<string> {
  const fields = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  return new HttpResponse(typeof body === 'string' ? body : new TextDecoder().decode(body), {
    status,
    headers: fields,
  });
}

async function ledgerRequest(request: Request): Promise<LedgerRequest> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  return { method: request.method, target: `${pathname}${search}`, headers, text: await request.text() };
}
