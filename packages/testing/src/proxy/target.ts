import { HOST } from '../origin/listening.ts';

/**
 * The server behind a proxy.
 *
 * @param to - Its port on this machine, or its URL.
 * @throws RangeError if it is another value, or if the URL has a path, because the proxy passes paths on unchanged.
 */
export function checkedTarget(to: number | string | URL): URL {
  const text = typeof to === 'number' ? `http://${HOST}:${to}` : String(to);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && url.pathname === '/' && url.search === '') return url;
  throw new RangeError(
    `to must be a port or an http: URL without a path, such as http://localhost:3000, not ${JSON.stringify(to)}`,
  );
}
