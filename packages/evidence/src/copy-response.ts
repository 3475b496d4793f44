import { announcesAtMost } from './buffer-response.ts';

/** The longest body that a copy has. */
const COPIED_BYTES = 65_536;
/** node-fetch's clone of a Node stream that is longer holds the response up until both are read. */
const COPIED_NODE_BYTES = 16_384;

/**
 * A second response with the same status and headers, and the same body if that is small. The first can still be read.
 *
 * @example
 * return copyResponse(response); // the caller may have read the first one
 */
export function copyResponse(response: Response): Response {
  const { status, statusText, headers, body, bodyUsed } = response;
  const isWeb = typeof body?.getReader === 'function';
  const limit = isWeb ? COPIED_BYTES : COPIED_NODE_BYTES;
  const small = announcesAtMost(limit, headers.get('content-length'), headers.get('content-type'));
  // A Node stream is longer than it announces if node-fetch decompresses it.
  const sized = isWeb || !headers.has('content-encoding');
  if (small && sized && body && !bodyUsed && !body.locked) return response.clone();
  return new Response(null, { status, statusText, headers });
}
