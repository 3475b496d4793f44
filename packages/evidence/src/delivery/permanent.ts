import type { Link } from './causes.ts';
import { isFinalAnswer } from './final-answer.ts';

// Node's fetch (undici): the whole message of a cause, for what the next attempt would meet again.
const MESSAGES: ReadonlySet<string> = new Set([
  'redirect count exceeded', // https://fetch.spec.whatwg.org/#concept-http-redirect-fetch, step 9
  'unexpected redirect', // the caller set `redirect: 'error'`
  'integrity mismatch', // the caller's `integrity` is not the body's
  'Proxy Authentication Required', // the proxy does not accept the credentials (407)
]);

const PROXY_REFUSED = /\b407\b|Proxy Authentication Required/;

/** Whether the cause of a failure stays the same, so that every other attempt would fail too. */
export function isPermanent(error: unknown, chain: readonly Link[]): boolean {
  return (
    chain.some(
      ({ code, message }) =>
        MESSAGES.has(message) ||
        ((code.startsWith('UND_ERR') || code === 'ERR_PROXY_TUNNEL') && PROXY_REFUSED.test(message)),
    ) || isFinalAnswer(error)
  );
}
