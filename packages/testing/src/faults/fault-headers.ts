/** What a status needs to be understood: the wait of a 429 or 503, the place of a redirect. */
export function faultHeaders(code: number, retryAfterSeconds: number): Readonly<Record<string, string>> {
  if (code === 429 || code === 503) return { 'retry-after': String(retryAfterSeconds) };
  if (code >= 300 && code < 400) return { location: '/elsewhere' };
  return {};
}
