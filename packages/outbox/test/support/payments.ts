import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Handler, idempotent, memoryStore } from '@twicesafe/server';
import { nodeHandler } from '@twicesafe/server/node';

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
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/payments`,
    effects,
    arrived,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
