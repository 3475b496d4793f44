import type { Effect } from '@twicesafe/core';

/** One request to send, the same for every client. */
export interface Message {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A client's result for its caller. A failure is an unsuccessful status, an error, or a truncated body. */
export interface Told {
  readonly success: boolean;
  /** Whether the client never returned a result. */
  readonly hung?: boolean;
  /** The effect that twicesafe reports. */
  readonly effect?: Effect | undefined;
}

export type Send = (message: Message) => Promise<Told>;

/** A client under test, with its name and its configuration. */
export interface Client {
  readonly name: string;
  /** `installed` uses the defaults. `everything` retries every method after every failure, twice. */
  readonly setting: 'installed' | 'everything' | 'tuned';
  readonly send: Send;
}

/** The time limit of an attempt, in milliseconds. Every client gets it, as its own option or in its `fetch`. */
export const ATTEMPT_MS = 400;
/** The number of attempts for clients that retry everything. */
export const ATTEMPTS = 3;

/** Calls `fetch` with a time limit for each attempt, for libraries that wrap a fetch. */
export const timedFetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
  const limit = AbortSignal.timeout(ATTEMPT_MS);
  return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit });
};

export function initOf({ method, headers, body }: Message): RequestInit {
  return { method, headers, ...(body !== undefined && { body }) };
}

/** Reads a response to its end, as a caller does. */
export async function read(response: Response): Promise<Told> {
  await response.text();
  return { success: response.ok };
}
