import { explain, reportOf, type WrappedKy, wrapKy } from '@twicesafe/ky';
import ky, { isHTTPError } from 'ky';

const api: WrappedKy = wrapKy(ky.create({ timeout: 5000 }), { maxAttempts: 3, deadlineMs: 30_000 });

/** Reads an order. GET is safe, so a 503 is followed by another attempt. */
export function readOrder(url: string): Promise<{ order: number }> {
  return api.get(url).json<{ order: number }>();
}

/** Places an order. POST is repeated because this server honours an idempotency key: the number of the order. */
export async function placeOrder(url: string, number: string): Promise<string> {
  const response = await api.post(url, { json: {}, retry: { idempotencyKey: number } });
  return explain(reportOf(response));
}

/** Notes something. Without a key POST is not repeated, and ky throws as it always does. */
export async function addNote(url: string, text: string): Promise<string> {
  try {
    return explain(reportOf(await api.post(url, { body: text })));
  } catch (error) {
    if (!isHTTPError(error)) throw error;
    return explain(reportOf(error));
  }
}
