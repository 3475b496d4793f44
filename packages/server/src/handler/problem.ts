/** The mark of an answer that the server stored earlier. Stripe, Increase and Whop send the same header. */
export const REPLAYED = 'Idempotent-Replayed';

/** The folder of the pages on each {@link ProblemCode}, unless the `docs` option names another place. */
export const DOCS = 'https://twicesafe.github.io/twicesafe/server/';

/** The codes of the handler's own errors, each with a page in docs/server. Append-only. */
export type ProblemCode =
  | 'key-missing'
  | 'key-invalid'
  | 'request-incomplete'
  | 'request-too-large'
  | 'in-flight'
  | 'key-reused'
  | 'scope-failed'
  | 'body-parsed'
  | 'handler-failed'
  | 'commit-unknown'
  | 'interrupted'
  | 'response-not-stored'
  | 'store-unavailable';

/** With a 4xx or 503, the handler didn't run. The page on a code with 500 says what is known. */
const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  'key-missing': [400, 'The request has no Idempotency-Key'],
  'key-invalid': [400, 'The Idempotency-Key is not valid'],
  'request-incomplete': [400, 'The request body ended early'],
  'request-too-large': [413, 'The request body is too large'],
  'in-flight': [409, 'A request with this Idempotency-Key is still being processed'],
  'key-reused': [422, 'The Idempotency-Key was used for a different request'],
  'scope-failed': [500, 'The server could not identify the request'],
  'body-parsed': [500, 'The body was parsed before the idempotency handler could read it'],
  'handler-failed': [500, 'The request handler failed'],
  'commit-unknown': [500, 'The transaction may or may not have been committed'],
  interrupted: [500, 'The server was interrupted while it processed this request'],
  'response-not-stored': [500, 'The request was processed, but its response was not stored'],
  'store-unavailable': [503, 'The idempotency store is not available'],
};

/** All codes. */
export const problemCodes: readonly ProblemCode[] = Object.keys(PROBLEMS) as ProblemCode[];

// Codes whose answer is about an earlier request. The client must not take it for a new failure and send again.
const REPLAYS: ReadonlySet<ProblemCode> = new Set(['interrupted', 'response-not-stored']);
// Codes that pass: the same request is welcome a moment later.
const TEMPORARY: ReadonlySet<ProblemCode> = new Set(['in-flight', 'store-unavailable']);

/**
 * Builds an error response of the handler's own: `application/problem+json` (RFC 9457) with a `code`, never cached.
 *
 * @param detail - What applies to this request only.
 */
export function problem(code: ProblemCode, docs: string, detail?: string): Response {
  const [status, title] = PROBLEMS[code];
  const type = docs.endsWith('/') ? `${docs}${code}` : `${docs}#${code}`;
  const body = JSON.stringify({ type, title, status, detail, code });
  const headers = new Headers({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' });
  if (TEMPORARY.has(code)) headers.set('Retry-After', '1');
  if (REPLAYS.has(code)) headers.set(REPLAYED, 'true');
  return new Response(body, { status, headers });
}
