// Belongs to the connection or to the framing of the message (RFC 9110 section 7.6.1), to the moment of the first
// answer, or to the client that got it. CORS, rate limits and traces are added outside the handler, once for each
// answer.
const DROPPED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie', // a session of the first client must not reach a second one
  'age',
  'alt-svc',
  'date',
  'retry-after',
  'server-timing',
  'traceparent',
  'tracestate',
  'x-request-id',
]);
const DROPPED_PREFIXES = ['access-control-', 'ratelimit', 'x-ratelimit'];

/** The headers of a response that its replays repeat. */
export function keptHeaders(headers: Headers): [name: string, value: string][] {
  const ofConnection =
    headers
      .get('connection')
      ?.toLowerCase()
      .split(/\s*,\s*/) ?? [];
  return [...headers].filter(
    ([name]) =>
      !DROPPED.has(name) && !ofConnection.includes(name) && !DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
}
