import { type Confirmation, type ConfirmContext, keys, type Report, reportOf, wrapFetch } from '@twicesafe/fetch';

// This API honours a key in the header Idempotency-Key for a day, and answers 409 while the first copy is in flight.
const scheme = keys.custom({ header: 'Idempotency-Key', methods: ['POST'], inFlightStatuses: [409] });

/** The fetch of this API: every POST carries a key, so it may be repeated. */
const fetch = wrapFetch(globalThis.fetch, {
  idempotencyKey: scheme,
  attemptTimeoutMs: 1000,
  deadlineMs: 10_000,
});

/**
 * Pays an order once. The key is made from the order, so a second call after a crash is the same operation for the
 * server. If it is in doubt at the end, the payment is looked up.
 */
export async function pay(api: string, order: string, cents: number): Promise<Report | undefined> {
  const confirm = ({ signal }: ConfirmContext): Promise<Confirmation> => lookUp(api, order, signal);
  const retry = { idempotencyKey: keys.fromParts('order-desk', 'payment', order), confirm };
  const body = JSON.stringify({ order, cents });
  try {
    return reportOf(await fetch(`${api}/payments`, { method: 'POST', body, retry }));
  } catch (error) {
    return reportOf(error);
  }
}

async function lookUp(api: string, order: string, signal: AbortSignal): Promise<Confirmation> {
  const response = await fetch(`${api}/payments?order=${order}`, { signal });
  if (!response.ok) return 'unknown';
  const payments: unknown = await response.json();
  // An empty list proves nothing: the server may still work on the payment.
  return Array.isArray(payments) && payments.length > 0 ? 'applied' : 'unknown';
}
