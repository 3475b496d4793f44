/** A client under proof: what it is called, and how it sends one order. */
export interface Client {
  readonly name: string;
  /** Whether it is twicesafe, which must never be DOUBLED, LIED or HUNG. */
  readonly ours?: true;
  /** Sends one order by POST. Everything is made anew, so that no run knows of another. */
  readonly send: (url: string) => Promise<unknown>;
}

/** The longest an attempt may take, in milliseconds. */
export const ATTEMPT_MS = 250;

/** An order by fetch with a time limit, read to its end. */
export async function post(url: string): Promise<Response> {
  const response = await timedFetch(url, ORDER);
  await response.text();
  return response;
}

/** fetch with a time limit for each attempt, for libraries that wrap a fetch. */
export function timedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, signal: AbortSignal.timeout(ATTEMPT_MS) });
}

export const ORDER: { readonly method: 'POST'; readonly body: string } = { method: 'POST', body: '{"item":7}' };
