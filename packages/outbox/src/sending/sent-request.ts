import { type IntentJob, jobOf } from '../jobs/job.ts';
import type { TakenIntent } from '../stores/store.ts';

/** A request as the outbox sends it: the stored bytes and key, plus the headers that `prepare` added. */
export interface SentRequest {
  /** The id of the intent. */
  readonly id: number;
  readonly url: string;
  readonly method: string;
  /** Includes the header that carries the key, if there is a key scheme. */
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly key: string;
  /**
   * Pass this signal to the client. It aborts when the lease is lost, the key's window ends, or the grace period of
   * `stop()` ends.
   */
  readonly signal: AbortSignal;
  /** Pass this object to a twicesafe client as its `retry` option. */
  readonly retry: {
    /** False if the server takes no key. The client then sends again only what the server didn't process. */
    readonly idempotent?: false;
    /** What earlier runs may have sent. */
    readonly earlier?: { readonly firstSentAt: number; readonly attempts: number };
  };
  /** The stored request as plain JSON for another engine's job, without the headers that `prepare` added. */
  readonly job: IntentJob;
}

/**
 * Adds credentials when a request is sent, so that the outbox doesn't store them. It runs for every intent of its
 * outbox. If they go to several origins, compare the origin of `url` first. If it throws, nothing is sent, and the
 * intent stays due.
 */
export type Prepare = (request: {
  readonly id: number;
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
}) => void | Promise<void>;

/**
 * Makes the request for a run.
 *
 * @throws {Error} If `prepare` changed a header that carries the key.
 */
export async function requestOf(
  taken: TakenIntent,
  signal: AbortSignal,
  prepare: Prepare | undefined,
): Promise<SentRequest> {
  const { id, url, method, key, firstSentAt, firstSentHeader, inDoubt, runs, windowMs } = taken;
  const headers = new Headers(taken.headers as [string, string][]);
  if (firstSentHeader !== undefined) headers.set(firstSentHeader, new Date(firstSentAt).toUTCString());
  const stored = [...headers];
  await prepare?.({ id, url, method, headers });
  const changed = stored.find(([name, value]) => headers.get(name) !== value);
  if (changed) throw new Error(`prepare must only add headers: it changed ${changed[0]}`);
  const body = taken.body && new Uint8Array(taken.body);
  const retry = {
    ...(windowMs === 0 && { idempotent: false as const }),
    ...(inDoubt && { earlier: { firstSentAt, attempts: Math.max(1, runs - 1) } }),
  };
  return {
    id,
    url,
    method,
    headers,
    body,
    key,
    signal,
    retry,
    get job() {
      return jobOf(taken);
    },
  };
}
