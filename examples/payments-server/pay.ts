import { backoffs, keys, wrapFetch } from '@twicesafe/fetch';

const fetch = wrapFetch(globalThis.fetch, {
  idempotencyKey: keys.ietf(),
  // A server that restarts is away for a moment, and this client would rather wait than give up.
  maxAttempts: 1_000,
  deadlineMs: 60_000,
  backoff: backoffs.exponential({ capMs: 500 }),
  budget: 'none',
});

/** Pays an order. The key is made from the order, so that a second call is the same payment. */
export async function pay(url: string, order: string, cents: number): Promise<Response> {
  return fetch(`${url}/payments`, {
    method: 'POST',
    body: JSON.stringify({ order, cents }),
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer account-1' },
    retry: { idempotencyKey: keys.fromParts('payments-server', order) },
  });
}
