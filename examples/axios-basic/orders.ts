import { explain, reportOf, wrapAxios } from '@twicesafe/axios';
import axios from 'axios';

const api = wrapAxios(axios.create({ timeout: 5000 }), { maxAttempts: 3, deadlineMs: 30_000 });

/** Reads an order. GET is safe, so a 503 is followed by another attempt. */
export async function readOrder(url: string): Promise<string> {
  const response = await api.get<object>(url);
  return `${JSON.stringify(response.data)}\n${explain(reportOf(response))}`;
}

/**
 * Places an order. POST is retried because this server honors an idempotency key: the number of the order.
 * For payments, also name the server's key scheme: `wrapAxios(instance, { idempotencyKey: keys.stripe() })`.
 */
export async function placeOrder(url: string, number: string): Promise<string> {
  const response = await api.post(url, {}, { retry: { idempotencyKey: number } });
  return explain(reportOf(response));
}

/** Adds a note. Without a key POST is not retried: the first copy may have been processed. */
export async function addNote(url: string, text: string): Promise<string> {
  try {
    return explain(reportOf(await api.post(url, text)));
  } catch (error) {
    // The error is axios' own, and the report says whether the note may be there.
    return axios.isAxiosError(error) ? `${error.message}. ${explain(reportOf(error))}` : String(error);
  }
}
