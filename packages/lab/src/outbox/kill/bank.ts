import { setTimeout } from 'node:timers/promises';
import { idempotent, memoryStore } from '@twicesafe/server';
import { nodeHandler } from '@twicesafe/server/node';
import { serve } from '@twicesafe/testing';

const LONGEST_ANSWER_MS = 25;

/** The payments API, built with the server half. It stays up through all kills. */
export interface Bank extends AsyncDisposable {
  readonly url: string;
  /** How often each order was paid. The body of a request is the name of its order. */
  readonly paid: ReadonlyMap<string, number>;
  /** How often the server half answered a duplicate with the stored response. */
  readonly replays: number;
}

/** Opens a bank that remembers keys for `keepMs` milliseconds. It answers with a delay after the payment took place. */
export async function openBank(keepMs: number): Promise<Bank> {
  const paid = new Map<string, number>();
  let replays = 0;
  const handle = idempotent(
    async (request) => {
      const order = await request.text();
      paid.set(order, (paid.get(order) ?? 0) + 1);
      await setTimeout(Math.random() * LONGEST_ANSWER_MS);
      return new Response(null, { status: 201 });
    },
    { store: memoryStore(), scope: () => 'single-tenant', keepMs, onEvent: () => {} },
  );
  const counted = async (request: Request): Promise<Response> => {
    const response = await handle(request);
    if (response.headers.has('idempotent-replayed')) replays += 1;
    return response;
  };
  const served = await serve(nodeHandler(counted));
  return {
    url: `${served.url}payments`,
    paid,
    get replays() {
      return replays;
    },
    [Symbol.asyncDispose]: () => served.close(),
  };
}
