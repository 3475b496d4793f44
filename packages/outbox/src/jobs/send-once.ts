import { keys } from '@twicesafe/fetch';
import { DEFAULT_NAME } from '../intents/outbox-name.ts';
import { checkScheme, type Scheme } from '../scheme.ts';
import { checkStart, DEFAULTS, type SendOptions } from '../sending/options.ts';
import { runIntent, type Send, senderOf } from '../sending/run-intent.ts';
import { endedOf, endOf } from '../sending/settle.ts';
import type { Ended } from '../sending/settled.ts';
import type { TakenIntent } from '../stores/store.ts';
import type { IntentJob } from './job.ts';

/** How a job sends. Reuse one object for all jobs: each object gets its own client, retry budget and origin gates. */
export interface JobOptions extends Omit<SendOptions, 'leaseMs'> {
  /**
   * How the server accepts keys, or `'none'`. The same as for `intentJob`.
   *
   * @default keys.ietf()
   */
  readonly scheme?: Scheme;
}

/** The engine's information about a job's current run. */
export interface JobRun {
  /**
   * How many runs of the job started before this one, including runs of killed processes. 0 means that it was never
   * sent. A job without a key needs this number, because it is sent only if it is 0.
   *
   * @default 1, because an uncounted run may have sent the request
   */
  readonly earlierRuns?: number;
  /**
   * When the first run started, in milliseconds since 1970.
   *
   * @default `job.since`, which is earlier and so ends the key's window too early rather than too late
   */
  readonly firstSentAt?: number;
  /** Aborts the request, for example when the engine takes the job away from this process. */
  readonly signal?: AbortSignal;
}

const NO_OPTIONS: JobOptions = Object.freeze({});
const senders = new WeakMap<JobOptions, Send>();

/**
 * Sends a job's request with its stored key and bytes, and reports how the run ended. Call it from your engine's job
 * handler each time the engine runs the job.
 *
 * @returns `done`, `failed`, `unknown` or `due`. If it is `due`, let the engine run the job again in `inMs`
 *   milliseconds.
 * @throws {TypeError | RangeError} If `intentJob` didn't make the job, or if an option is invalid.
 * @example
 * const result = await sendOnce(job.data, { earlierRuns: job.retryCount }, options);
 * if (result.state === 'due') throw new Error(result.note); // the engine retries
 */
export async function sendOnce(job: IntentJob, run: JobRun = {}, options: JobOptions = NO_OPTIONS): Promise<Ended> {
  checkStart(options);
  const taken = takenOf(job, run);
  const { scheme = keys.ietf() } = options;
  checkScheme(scheme);
  const send = senders.get(options) ?? senderOf(options, scheme);
  senders.set(options, send);
  const verdict = await runIntent(taken, send, options, run.signal ?? new AbortController().signal);
  const { maxWaitMs = DEFAULTS.maxWaitMs } = options;
  return endedOf(verdict, taken, endOf(verdict, taken, maxWaitMs));
}

function takenOf(job: IntentJob, { earlierRuns = 1, firstSentAt }: JobRun): TakenIntent {
  if (
    typeof job?.key !== 'string' ||
    !Array.isArray(job.headers) ||
    !(job.windowMs >= 0) ||
    !Number.isFinite(job.since)
  )
    throw new TypeError('sendOnce needs a job that intentJob made');
  if (!Number.isSafeInteger(earlierRuns) || earlierRuns < 0)
    throw new RangeError(`earlierRuns must be a whole number of 0 or more, not ${earlierRuns}`);
  if (firstSentAt !== undefined && !Number.isFinite(firstSentAt))
    throw new RangeError(`firstSentAt must be milliseconds since 1970, not ${firstSentAt}`);
  const takenAt = Date.now();
  const { key, method, url, headers, windowMs, since } = job;
  return {
    id: 0,
    fence: '',
    outbox: DEFAULT_NAME,
    name: undefined,
    group: undefined,
    key,
    method,
    url,
    headers,
    body: job.body === null ? undefined : new Uint8Array(Buffer.from(job.body, 'base64')),
    state: 'sending',
    runs: earlierRuns + 1,
    firstSentAt: earlierRuns === 0 ? takenAt : (firstSentAt ?? since),
    firstSentHeader: job.firstSentHeader ?? undefined,
    windowMs,
    inDoubt: earlierRuns > 0,
    dueAt: since,
    note: undefined,
    takenAt,
  };
}
