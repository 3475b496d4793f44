import type { Link } from './causes.ts';
import type { Runtime } from './detect-runtime.ts';
import { isOwnMessage } from './own-message.ts';

const CODES: ReadonlySet<string> = new Set([
  'ERR_INVALID_URL', // Node, Bun
  'ERR_INVALID_ARG_VALUE', // Bun: unknown scheme
  'UND_ERR_INVALID_ARG', // Node: a header that fetch may not set, such as transfer-encoding
  'UND_ERR_NOT_SUPPORTED', // Node: the expect header
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', // Node: content-length is not the body's
]);

// Node's fetch: the whole message of a cause without code, for what the Fetch standard blocks and what Node does not
// have.
const BLOCKED: ReadonlySet<string> = new Set([
  'bad port',
  'unknown scheme',
  'about scheme is not supported',
  'not implemented... yet...',
]);

// TypeErrors about the network that have no cause. Only the first two are Node's own; a mock in Node may speak as a
// browser.
// Chrome, Firefox, Safari and React Native (whatwg-fetch), in this order.
const NETWORK_MESSAGE =
  /^(fetch failed|terminated|Failed to fetch|network error|NetworkError when .*|Load failed|The (Internet|network) connection .*|Network request failed)$/i;

/** Whether a failure is the caller's mistake in building the request: it fails the same way each time. */
export function isProgrammerError(chain: readonly Link[], runtime: Runtime): boolean {
  const [outermost] = chain;
  return chain.some(isCallersMistake) || (outermost?.name === 'TypeError' && isOwnTypeError(outermost, runtime));
}

function isCallersMistake({ code, message }: Link): boolean {
  return CODES.has(code) || (!code && BLOCKED.has(message));
}

function isOwnTypeError({ cause, code, message }: Link, runtime: Runtime): boolean {
  if (isOwnMessage(message)) return true;
  // Node's network failures always have a cause, and Bun's always a code.
  const bare = runtime === 'node' || (runtime === 'bun' && !code);
  return bare && cause === undefined && !NETWORK_MESSAGE.test(message);
}
