/** A client under test, with its name and a function that sends one order. */
export interface Client {
  readonly name: string;
  /** Whether it is twicesafe, which must never be DOUBLED, LIED or HUNG. */
  readonly ours?: true;
  /** Sends one order by POST. Creates a new client each time, so that runs don't share state. */
  readonly send: (url: string) => Promise<unknown>;
}

/** The time limit of an attempt, in milliseconds. */
export const ATTEMPT_MS = 250;

/** Sends an order by fetch with a time limit, and reads the whole response. */
export async function post(url: string): Promise<Response> {
  const response = await timedFetch(url, ORDER);
  await response.text();
  return response;
}

/** Calls `fetch` with a time limit for each attempt, for libraries that wrap a fetch. */
export function timedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, signal: AbortSignal.timeout(ATTEMPT_MS) });
}

export const ORDER: { readonly method: 'POST'; readonly body: string } = { method: 'POST', body: '{"item":7}' };
