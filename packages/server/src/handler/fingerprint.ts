import { digest } from './digest.ts';

/**
 * The SHA-256 digest of everything that makes two requests the same: method, path and query, content type and body
 * bytes.
 *
 * The body is never parsed. A client that serializes its JSON differently on a retry gets 422, which is safe. A second
 * effect is not.
 */
export function requestFingerprint(request: Request, body: Uint8Array): string | Promise<string> {
  const { pathname, search } = new URL(request.url);
  const head = [request.method, pathname + search, request.headers.get('content-type')];
  // JSON escapes line breaks, so the first one ends the head and no body can imitate it.
  return digest(`${JSON.stringify(head)}\n`, body);
}

/**
 * The name of a key in the store. It hides the key and the scope, has a fixed length, and is distinct for each scope.
 * The route is not part of it, because a key that returns on another route is a mistake that must not run twice.
 */
export function storeKey(scope: string, key: string): string | Promise<string> {
  return digest(JSON.stringify([scope, key]));
}
