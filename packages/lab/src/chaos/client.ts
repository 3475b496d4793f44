import type { Effect } from '@twicesafe/core';

/** One request to send, the same for every client. */
export interface Message {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What a client told its caller. A failure is a status that is no success, an error, or a body that broke off. */
export interface Told {
  readonly success: boolean;
  /** Whether it never told anything. */
  readonly hung?: boolean;
  /** What twicesafe says of the effect. */
  readonly effect?: Effect | undefined;
}

export type Send = (message: Message) => Promise<Told>;

/** A client under test: what it is called, and how it is configured. */
export interface Client {
  readonly name: string;
  /** `installed`: as it comes. `everything`: told to repeat every method, after every failure, twice. */
  readonly setting: 'installed' | 'everything' | 'tuned';
  readonly send: Send;
}

/** The longest an attempt may take. Every client has it, as its own option or in the fetch that it is given. */
export const ATTEMPT_MS = 400;
/** Attempts of those that are told to repeat everything. */
export const ATTEMPTS = 3;

/** fetch with a time limit for each attempt, for libraries that wrap a fetch. */
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
