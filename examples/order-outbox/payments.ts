import { setTimeout } from 'node:timers/promises';
import { idempotent, memoryStore } from '@twicesafe/server';
import { nodeHandler } from '@twicesafe/server/node';
import { serve } from '@twicesafe/testing';

/** Somebody else's payments API. It honors `Idempotency-Key`. */
export interface Payments extends AsyncDisposable {
  readonly url: string;
  /** How often each order was paid. */
  readonly paid: ReadonlyMap<string, number>;
  /** How many requests arrived, duplicates included. */
  readonly requests: number;
}

/** Opens the API on a free port. It answers 20 ms after a payment took place, so that many answers are lost. */
export async function openPayments(): Promise<Payments> {
  const paid = new Map<string, number>();
  let requests = 0;
  const handle = idempotent(
    async (request) => {
      const { order } = (await request.json()) as { order: string };
      paid.set(order, (paid.get(order) ?? 0) + 1);
      await setTimeout(20);
      return new Response(null, { status: 201 });
    },
    { store: memoryStore(), scope: (request) => request.headers.get('Authorization') ?? 'nobody', required: true },
  );
  const listener = nodeHandler((request) => {
    requests += 1;
    return handle(request);
  });
  const server = await serve(listener);
  return {
    url: `${server.url}payments`,
    paid,
    get requests() {
      return requests;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
