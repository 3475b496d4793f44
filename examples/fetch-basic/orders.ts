import { explain, type RetryOptions, reportOf, wrapFetch } from '@twicesafe/fetch';

const options: RetryOptions = { maxAttempts: 3, attemptTimeoutMs: 5000, deadlineMs: 30_000 };
const fetch = wrapFetch(globalThis.fetch, options);

/** Reads an order. GET is safe, so a 503 is followed by another attempt. */
export async function readOrder(url: string): Promise<string> {
  const response = await fetch(url);
  return `${await response.text()}\n${explain(reportOf(response))}`;
}

/** Places an order. POST is repeated because this server honours an idempotency key: the number of the order. */
export async function placeOrder(url: string, number: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: '{}', retry: { idempotencyKey: number } });
  return explain(reportOf(response));
}

/** Notes something. Without a key POST is not repeated: the first copy may have been processed. */
export async function addNote(url: string, text: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: text });
  return explain(reportOf(response));
}
