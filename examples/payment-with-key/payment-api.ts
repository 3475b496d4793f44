import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from '@twicesafe/testing';

/**
 * What goes wrong with one POST: it is lost before or after it was processed, and then all later ones are refused or
 * not.
 */
export type Fault = 'cut before' | 'cut after';

/** A payment API that honours keys, and goes wrong as told. */
export interface PaymentApi extends AsyncDisposable {
  readonly url: string;
  readonly payments: readonly string[];
}

/** @param faults - What goes wrong with the first POSTs, one after the other. */
export async function listen(...faults: Fault[]): Promise<PaymentApi> {
  const byKey = new Map<string, string>();
  const payments: string[] = [];

  const post = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const key = String(request.headers['idempotency-key']);
    const fault = faults.shift();
    if (fault !== 'cut before' && !byKey.has(key)) {
      byKey.set(key, body);
      payments.push(body);
    }
    if (fault) request.socket.resetAndDestroy();
    else response.writeHead(201).end(byKey.get(key));
  };
  const server = await serve(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    if (request.method === 'POST') post(request, response, body);
    else response.end(JSON.stringify(payments));
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    payments,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
