import { readBytes } from './read-bytes.ts';

/**
 * Whether a response announces a body of at most `limit` bytes, and is not an event stream.
 *
 * @example
 * announcesAtMost(65_536, headers.get('content-length'), headers.get('content-type'));
 */
export function announcesAtMost(
  limit: number,
  length: string | null | undefined,
  type: string | null | undefined,
): boolean {
  const bytes = Number(length);
  return bytes > 0 && bytes <= limit && !type?.trim().toLowerCase().startsWith('text/event-stream');
}

/**
 * Reads a successful response that announces at most `limit` bytes, to detect a truncated one. Any other is
 * left alone. The response itself stays unchanged, and its body can still be read.
 *
 * @throws The error of the body, if it broke off.
 * @example
 * await bufferResponse(response, 65_536); // throws if the body breaks off
 */
export async function bufferResponse(response: Response, limit: number): Promise<void> {
  const { headers } = response;
  if (!response.ok || !response.body || response.bodyUsed) return;
  if (!announcesAtMost(limit, headers.get('content-length'), headers.get('content-type'))) return;
  await readBytes(response.clone().body as ReadableStream<Uint8Array>, limit);
}
