import { type Handler, idempotent, memoryStore } from '@twicesafe/server';
import { nodeHandler } from '@twicesafe/server/node';
import { serve } from '@twicesafe/testing';

/** A payments API on a real socket, with the server half. */
export interface Payments extends AsyncDisposable {
  readonly url: string;
  /** The key of each payment that took place. */
  readonly effects: string[];
  /** What arrived, duplicates included. */
  readonly arrived: Request[];
}

/** Serves a handler behind the server half. Each call of the handler is an effect. */
export async function listenPayments(
  pay: Handler = () => new Response(null, { status: 201 }),
  port = 0,
): Promise<Payments> {
  const effects: string[] = [];
  const arrived: Request[] = [];
  const paid: Handler = (request, context) => {
    effects.push(context.key ?? 'no key');
    return pay(request, context);
  };
  const handle = idempotent(paid, { store: memoryStore(), scope: () => 'single-tenant', onEvent: () => {} });
  const listener = nodeHandler((request: Request) => {
    arrived.push(request.clone());
    return handle(request);
  });
  const served = await serve(listener, { port });
  return {
    url: `${served.url}payments`,
    effects,
    arrived,
    [Symbol.asyncDispose]: () => served.close(),
  };
}
