import { type Effect, explain, type Report, reportOf, wrapFetch } from '@twicesafe/fetch';
import { METHODS, type Method } from './methods.ts';

/** What the author of a workflow fills in. */
export interface Step {
  readonly method: Method;
  readonly url: string;
  readonly body?: string;
  /** An id of this run of this step: with it POST is repeated too, if the API honours the header Idempotency-Key. */
  readonly idempotencyKey?: string;
}

/** What the workflow goes on with. */
export interface StepResult {
  readonly outcome: 'done' | 'not done' | 'look it up';
  readonly status: number | undefined;
  readonly effect: Effect | undefined;
  /** For the log of the run. */
  readonly story: string;
}

const fetch = wrapFetch(globalThis.fetch, { attemptTimeoutMs: 10_000, deadlineMs: 60_000 });

/** Runs a step once; repeats the request only where that can do no harm. */
export async function runStep({ method, url, body, idempotencyKey }: Step): Promise<StepResult> {
  const retry = idempotencyKey === undefined ? {} : { idempotencyKey };
  try {
    const response = await fetch(url, { method, ...(body !== undefined && { body }), retry });
    await response.body?.cancel();
    return resultOf(method, response.status, reportOf(response));
  } catch (error) {
    return resultOf(method, undefined, reportOf(error));
  }
}

function resultOf(method: Method, status: number | undefined, report: Report | undefined): StepResult {
  const usual = METHODS[method];
  // 404 or 410 after a DELETE whose first copy is in doubt: it was most likely that copy that deleted it.
  const done = (status !== undefined && usual.includes(status)) || report?.effectReason === 'probably-ours-gone';
  const inDoubt = method !== 'GET' && report?.effect === 'maybe-applied';
  return {
    outcome: done ? 'done' : inDoubt ? 'look it up' : 'not done',
    status,
    effect: report?.effect,
    story: explain(report),
  };
}
