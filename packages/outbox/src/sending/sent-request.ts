import { type IntentJob, jobOf } from '../jobs/job.ts';
import type { TakenIntent } from '../stores/store.ts';

/** A request as the outbox sends it: the stored bytes and key, plus what `prepare` added. */
export interface SentRequest {
  /** The id of the intent. */
  readonly id: number;
  readonly url: string;
  readonly method: string;
  /** Includes the headers that carry the key. */
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly key: string;
  /** Aborted when the lease is lost, the key's window ends, or `stop()` has waited long enough. Pass it to the client. */
  readonly signal: AbortSignal;
  /** Pass it to a client of twicesafe as `retry`. */
  readonly retry: { readonly earlier?: { readonly firstSentAt: number; readonly attempts: number } };
  /** The stored request as plain JSON, without what `prepare` added: for a job of another engine. */
  readonly job: IntentJob;
}

/** Adds credentials when a request is sent, so that none are stored. */
export type Prepare = (request: {
  readonly id: number;
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
}) => void | Promise<void>;

/**
 * Makes the request of a run.
 *
 * @throws {Error} If `prepare` changed a header that carries the key.
 */
export async function requestOf(
  taken: TakenIntent,
  signal: AbortSignal,
  prepare: Prepare | undefined,
): Promise<SentRequest> {
  const { id, url, method, key, firstSentAt, firstSentHeader, inDoubt, runs } = taken;
  const headers = new Headers(taken.headers as [string, string][]);
  if (firstSentHeader !== undefined) headers.set(firstSentHeader, new Date(firstSentAt).toUTCString());
  const stored = [...headers];
  await prepare?.({ id, url, method, headers });
  const changed = stored.find(([name, value]) => headers.get(name) !== value);
  if (changed) throw new Error(`prepare must only add headers: it changed ${changed[0]}`);
  const body = taken.body && new Uint8Array(taken.body);
  const retry = inDoubt ? { earlier: { firstSentAt, attempts: Math.max(1, runs - 1) } } : {};
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
