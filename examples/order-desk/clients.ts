import { setTimeout as pause } from 'node:timers/promises';
import { equalJitterBackoff, type Report, reportOf, wrapFetch } from '@twicesafe/fetch';
import type { Operation } from './plan.ts';

/** How an operation ended for the caller. */
export interface Ending {
  /** Whether a response came that is no server error. */
  readonly answered: boolean;
  /** Attempts made, those included that no connection took. */
  readonly sent: number;
  /** What twicesafe says of it; the others say nothing. */
  readonly report?: Report | undefined;
}

export type Client = (url: string, operation: Operation) => Promise<Ending>;

/** All three wait as long for one answer. */
const ATTEMPT_MS = 400;

function initOf({ method, id }: Operation): { method: string; body?: string } {
  return method === 'GET' || method === 'DELETE' ? { method } : { method, body: JSON.stringify({ order: id }) };
}

/** fetch as it is. */
export const bareFetch: Client = async (url, operation) => {
  try {
    const response = await fetch(url, { ...initOf(operation), signal: AbortSignal.timeout(ATTEMPT_MS) });
    return { answered: response.status < 500, sent: 1 };
  } catch {
    return { answered: false, sent: 1 };
  }
};

/** What many write first: three attempts, whatever the method and whatever went wrong. */
export const retryEverything: Client = async (url, operation) => {
  for (let sent = 1; ; sent++) {
    const { answered } = await bareFetch(url, operation);
    if (answered || sent === 3) return { answered, sent };
    await pause(200);
  }
};

const safeFetch = wrapFetch(fetch, { attemptTimeoutMs: ATTEMPT_MS, backoff: equalJitterBackoff({ baseMs: 250 }) });

/** twicesafe, with an idempotency key where the server honours one. */
export const twicesafe: Client = async (url, operation) => {
  const retry = operation.keyed ? { idempotencyKey: `order-${operation.id}` } : {};
  try {
    const response = await safeFetch(url, { ...initOf(operation), retry });
    return endingOf(response.status < 500, reportOf(response));
  } catch (error) {
    return endingOf(false, reportOf(error));
  }
};

function endingOf(answered: boolean, report: Report | undefined): Ending {
  return { answered, sent: report?.attempts.length ?? 0, report };
}
