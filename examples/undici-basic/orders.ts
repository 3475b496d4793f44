import { explain, type RetryOptions, retry, withRetry } from '@twicesafe/undici';
import { Agent, interceptors, request } from 'undici';

const options: RetryOptions = { maxAttempts: 3, attemptTimeoutMs: 5000, deadlineMs: 30_000 };
const dispatcher = new Agent().compose(retry(options), interceptors.redirect({ maxRedirections: 3 }));

/** Reads an order. GET is safe, so another attempt follows a 503. */
export async function readOrder(url: string): Promise<string> {
  const response = await request(url, { dispatcher });
  return `${await response.body.text()}\n${explain(response)}`;
}

/** Places an order. POST is repeated because this server honors an idempotency key: the number of the order. */
export async function placeOrder(url: string, number: string): Promise<string> {
  const post = { dispatcher, method: 'POST', body: '{}' } as const;
  const response = await request(url, withRetry(post, { idempotencyKey: number }));
  await response.body.dump();
  return explain(response);
}

/** Adds a note. Without a key POST is not repeated: the first copy may have been processed. */
export async function addNote(url: string, text: string): Promise<string> {
  const response = await request(url, { dispatcher, method: 'POST', body: text });
  await response.body.dump();
  return explain(response);
}

/** Ends the connections, so that the program can end. */
export async function close(): Promise<void> {
  await dispatcher.close();
}
