import { explain, reportOf, retryContext, wrapGot } from '@twicesafe/got';
import got, { type Got, HTTPError } from 'got';

const client: Got = wrapGot(got.extend({ timeout: { request: 5000 } }), { deadlineMs: 30_000 });

/** Reads an order. GET is safe, so a 503 is followed by another attempt. */
export function readOrder(url: string): Promise<{ order: number }> {
  return client(url).json<{ order: number }>();
}

/** Places an order. POST is retried because this server honors an idempotency key: the number of the order. */
export async function placeOrder(url: string, number: string): Promise<string> {
  const context = retryContext({ idempotencyKey: number });
  const response = await client.post(url, { json: {}, context });
  return explain(reportOf(response));
}

/** Adds a note. Without a key POST is not retried, and got throws as it always does. */
export async function addNote(url: string, text: string): Promise<string> {
  try {
    return explain(reportOf(await client.post(url, { body: text })));
  } catch (error) {
    if (!(error instanceof HTTPError)) throw error;
    return explain(reportOf(error));
  }
}
