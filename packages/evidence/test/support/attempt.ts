import type { FailureOutcome, ResponseOutcome } from '@twicesafe/core/adapter';
import { VirtualClock } from '@twicesafe/testing';
import { fetch as undiciFetch } from 'undici';
import { FetchAttempt, type FetchAttemptRequest, type FetchFunction, type FetchInit } from '../../src/index.ts';

/** Both fetches that Node applications use. Importing undici 8 puts its dispatcher beside that of Node's own fetch. */
export const FETCHES: readonly (readonly [name: string, fetch: FetchFunction])[] = [
  ["Node's own fetch", globalThis.fetch as FetchFunction],
  ["undici's fetch", undiciFetch as unknown as FetchFunction],
];

/** How an attempt ended. */
export interface Ended {
  readonly attempt: FetchAttempt;
  readonly response: Response | undefined;
  readonly error: unknown;
  readonly outcome: ResponseOutcome | FailureOutcome;
}

/** A POST whose request body is `order`, unless the test says otherwise. */
export function requestOf(url: string, options: Partial<FetchAttemptRequest> = {}): FetchAttemptRequest {
  return {
    fetch: globalThis.fetch as FetchFunction,
    method: 'POST',
    url,
    signal: undefined,
    keyHeaders: [],
    mayChange: true,
    followsRedirects: true,
    streamBody: false,
    repeatable: true,
    holdBytes: 0,
    clock: new VirtualClock(),
    ...options,
  };
}

/** An attempt to send that request. */
export function attemptOf(
  url: string,
  options: Partial<FetchAttemptRequest> = {},
  previous?: FetchAttempt,
): FetchAttempt {
  return new FetchAttempt(requestOf(url, options), previous);
}

/** What an attempt came to. */
export async function endOf(attempt: FetchAttempt, sent: Promise<Response>): Promise<Ended> {
  try {
    const response = await sent;
    return { attempt, response, error: undefined, outcome: attempt.outcome(response) };
  } catch (error) {
    return { attempt, response: undefined, error, outcome: attempt.failure(error) };
  }
}

/** Sends a POST. */
export function post(
  url: string,
  options: Partial<FetchAttemptRequest> = {},
  init: FetchInit = {},
  input: string | Request = url,
): Promise<Ended> {
  const attempt = attemptOf(url, options);
  const sent = attempt.send(input, input === url ? { method: 'POST', body: 'order', ...init } : init, false);
  return endOf(attempt, sent);
}
