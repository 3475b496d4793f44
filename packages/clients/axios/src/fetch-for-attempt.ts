import type { FetchInit } from '@twicesafe/evidence';

/** Where our fetch finds the attempt that axios' fetch adapter calls it for. axios copies this member as it is. */
export const ATTEMPT = 'twicesafe.attempt';

interface FetchingAttempt {
  fetch(input: string | URL | Request, init: FetchInit | undefined): Promise<Response>;
}

/** One function for all attempts, because axios keeps a fetch adapter for every function that it was given. */
export function fetchForAttempt(input: string | URL | Request, init: FetchInit = {}): Promise<Response> {
  const { [ATTEMPT]: attempt, ...callers } = init as FetchInit & { readonly [ATTEMPT]?: FetchingAttempt };
  if (!attempt) return globalThis.fetch(input, init);
  return attempt.fetch(input, Object.keys(callers).length > 0 ? callers : undefined);
}
