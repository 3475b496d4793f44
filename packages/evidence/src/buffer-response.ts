import { readBytes } from './read-bytes.ts';

/**
 * Reads a response of at most `limit` bytes, so that one that breaks off is noticed here. A longer one is left alone, and with
 * a limit of 0 every one. The response itself stays as it came: its body can still be read.
 *
 * @throws The error of the body, if it broke off.
 */
export async function bufferResponse(response: Response, limit: number): Promise<void> {
  const length = Number(response.headers.get('content-length') ?? 0);
  if (limit === 0 || !response.body || response.bodyUsed || length > limit) return;
  const copy = response.clone();
  if (copy.body) await readBytes(copy.body, limit);
}
