import { setTimeout as pause } from 'node:timers/promises';
import { backoffs, type Report, type RequestRetryOptions, reportOf, wrapFetch } from '@twicesafe/fetch';
import type { Operation } from './plan.ts';

/** How an operation ended for the caller. */
export interface Ending {
  /** Whether the client got a response below 500, which the caller takes as an answer. */
  readonly answered: boolean;
  /** Attempts, including those whose connection was refused. */
  readonly sent: number;
  /** The report of twicesafe. The other clients have none. */
  readonly report?: Report | undefined;
}

export type Client = (url: string, operation: Operation) => Promise<Ending>;

/** How long each client waits for one response. */
const ATTEMPT_MS = 400;

function initOf({ method, id }: Operation): { method: string; body?: string } {
  return method === 'GET' || method === 'DELETE' ? { method } : { method, body: JSON.stringify({ order: id }) };
}

/** Plain fetch: one attempt. */
export const bareFetch: Client = async (url, operation) => {
  try {
    const response = await fetch(url, { ...initOf(operation), signal: AbortSignal.timeout(ATTEMPT_MS) });
    return { answered: response.status < 500, sent: 1 };
  } catch {
    return { answered: false, sent: 1 };
  }
};

/** A simple retry loop: three attempts for every method and every failure. */
export const retryEverything: Client = async (url, operation) => {
  for (let sent = 1; ; sent++) {
    const { answered } = await bareFetch(url, operation);
    if (answered || sent === 3) return { answered, sent };
    await pause(200);
  }
};

const safeFetch = wrapFetch(fetch, { attemptTimeoutMs: ATTEMPT_MS, backoff: backoffs.equalJitter({ baseMs: 250 }) });

/** twicesafe without idempotency keys: the method and the failure decide. */
export const twicesafe: Client = (url, operation) => sendSafely(url, operation, {});

/** twicesafe with an idempotency key on every request: the server recognizes a duplicate. */
export const twicesafeWithKeys: Client = (url, operation) =>
  sendSafely(url, operation, { idempotencyKey: `order-${operation.id}` });

async function sendSafely(url: string, operation: Operation, retry: RequestRetryOptions): Promise<Ending> {
  try {
    const response = await safeFetch(url, { ...initOf(operation), retry });
    return endingOf(response.status < 500, reportOf(response));
  } catch (error) {
    return endingOf(false, reportOf(error));
  }
}

function endingOf(answered: boolean, report: Report | undefined): Ending {
  return { answered, sent: report?.attempts.length ?? 0, report };
}
