import { announcesAtMost } from './buffer-response.ts';

/** The longest body that a copy has. */
const COPIED_BYTES = 65_536;

/**
 * A second response with the same status and headers, and the same body if that is small. The first can still be read.
 *
 * @example
 * return copyResponse(response); // the caller may have read the first one
 */
export function copyResponse(response: Response): Response {
  const { status, statusText, headers, body, bodyUsed } = response;
  const small = announcesAtMost(COPIED_BYTES, headers.get('content-length'), headers.get('content-type'));
  if (small && body && !bodyUsed && !body.locked) return response.clone();
  return new Response(null, { status, statusText, headers });
}
