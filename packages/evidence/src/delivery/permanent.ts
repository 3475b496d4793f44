import type { Link } from './causes.ts';

// Node's fetch (undici): the whole message of a cause, for what the next attempt would meet again.
const MESSAGES: ReadonlySet<string> = new Set([
  'redirect count exceeded', // https://fetch.spec.whatwg.org/#concept-http-redirect-fetch, step 9
  'unexpected redirect', // the caller set `redirect: 'error'`
  'integrity mismatch', // the caller's `integrity` is not the body's
  'Proxy Authentication Required', // the proxy does not accept the credentials (407)
]);

const PROXY_REFUSED = /\b407\b|Proxy Authentication Required/;

/** A client error that a wrapped client threw as an error: the server answered, and would answer the same again. */
const FINAL_STATUS = (status: number): boolean =>
  status >= 400 && status < 500 && ![408, 409, 421, 425, 429].includes(status);

/** Whether the cause of a failure stays the same, so that every other attempt would fail too. */
export function isPermanent(error: unknown, chain: readonly Link[]): boolean {
  return (
    chain.some(
      ({ code, message }) =>
        MESSAGES.has(message) ||
        ((code.startsWith('UND_ERR') || code === 'ERR_PROXY_TUNNEL') && PROXY_REFUSED.test(message)),
    ) || FINAL_STATUS(statusOf(error))
  );
}

/** The status that an error carries as `status`, `statusCode` or `response.status`. Takes anything and never throws. */
function statusOf(error: unknown): number {
  try {
    const { status, statusCode, response } = error as {
      status?: unknown;
      statusCode?: unknown;
      response?: { status?: unknown };
    };
    const found = [status, statusCode, response?.status].find((each) => typeof each === 'number');
    return Number(found ?? 0);
  } catch {
    return 0;
  }
}
