import type { RetryOptions } from '@twicesafe/fetch';
import type { StoredIntent } from '../intents/intent.ts';
import type { Prepare, SentRequest } from './sent-request.ts';
import type { Settled } from './settled.ts';

/**
 * Finds out whether a request took effect, for example by searching for its key. If it throws, the answer counts as
 * `unknown`. Return `not-applied` only if the server has ended the request without applying it. Then the intent is
 * `failed`.
 */
export type Confirm = (
  intent: StoredIntent,
  context: { readonly signal: AbortSignal },
) => Promise<'applied' | 'not-applied' | 'unknown'> | 'applied' | 'not-applied' | 'unknown';

/** How intents are sent. */
export interface SendOptions {
  /**
   * The `fetch` function that sends requests. The outbox wraps it to judge each run with the outbox's key scheme.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: typeof globalThis.fetch;
  /** How the wrapped `fetch` retries within a run. The outbox's key scheme applies. */
  readonly retry?: Omit<RetryOptions, 'idempotencyKey' | 'confirm'>;
  /**
   * Sends with another client instead, such as an axios instance or an SDK. Return the client's response or throw its
   * error. If twicesafe wraps the client, its report decides how the run ended. Otherwise only a 2xx status counts.
   */
  readonly send?: (request: SentRequest) => Promise<unknown>;
  /** Adds credentials to the headers for each run. */
  readonly prepare?: Prepare;
  /** Called once before an intent becomes `unknown`. */
  readonly confirm?: Confirm;
  /**
   * How long a worker owns an intent, in milliseconds. The worker renews this lease every third of that time.
   *
   * @default 30_000
   */
  readonly leaseMs?: number;
  /**
   * The longest wait between two runs of one intent, in milliseconds. Waits start at one second and double each time.
   *
   * @default 300_000
   */
  readonly maxWaitMs?: number;
}

/** How a worker runs. */
export interface StartOptions extends SendOptions {
  /**
   * The maximum number of requests in flight at a time.
   *
   * @default 10
   */
  readonly concurrency?: number;
  /**
   * How often to check for new intents while idle, in milliseconds.
   *
   * @default 250
   */
  readonly pollMs?: number;
  /** Called after each run. Errors that it throws are ignored. */
  readonly onSettled?: (settled: Settled) => void;
  /** Called when the store fails. The worker continues. Errors that this function throws are ignored. */
  readonly onError?: (error: unknown) => void;
}

/** The defaults of {@link StartOptions}. */
export const DEFAULTS: Readonly<Record<'concurrency' | 'leaseMs' | 'maxWaitMs' | 'pollMs' | 'graceMs', number>> =
  Object.freeze({
    concurrency: 10,
    leaseMs: 30_000,
    maxWaitMs: 300_000,
    pollMs: 250,
    graceMs: 10_000,
  });

/**
 * Checks the options of a worker.
 *
 * @throws {RangeError} If a number is out of range.
 */
export function checkStart(options: StartOptions): void {
  for (const name of ['concurrency', 'leaseMs', 'maxWaitMs', 'pollMs'] as const) {
    const value = options[name];
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 1 || value > 2 ** 31 - 1)
      throw new RangeError(`${name} must be a whole number from 1 to 2147483647, not ${value}`);
  }
}
