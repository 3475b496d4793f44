import { constantBackoff, keys, type Report, reportOf, wrapFetch } from '@twicesafe/fetch';

/** What a customer was told of a payment. */
export interface Receipt {
  readonly key: string;
  readonly told: 'paid' | 'unknown';
  /** What twicesafe's report says of the operation that ended it. */
  readonly effect: Report['effect'] | undefined;
}

const fetch = wrapFetch(globalThis.fetch, {
  idempotencyKey: keys.ietf(),
  attemptTimeoutMs: 700,
  budget: 'none',
  backoff: constantBackoff({ waitMs: 50 }),
});

/** Pays once, whatever it takes: sends the same key to one server after the other until an answer is final. */
export async function pay(urls: readonly string[]): Promise<Receipt> {
  const key = crypto.randomUUID();
  for (let round = 0; ; round += 1) {
    const url = urls[round % urls.length] as string;
    const response = await send(url, key);
    const effect = response && reportOf(response)?.effect;
    if (response?.status === 201) return { key, told: 'paid', effect };
    if (response?.headers.get('idempotent-replayed')) return { key, told: 'unknown', effect };
  }
}

/** The response, or undefined if the server could not be reached. */
async function send(url: string, key: string): Promise<Response | undefined> {
  try {
    const response = await fetch(url, { method: 'POST', body: '{"cents":1200}', retry: { idempotencyKey: key } });
    await response.arrayBuffer();
    return response;
  } catch {
    return undefined;
  }
}
