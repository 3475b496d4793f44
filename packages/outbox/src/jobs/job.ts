import { keys } from '@twicesafe/fetch';
import { checkIntent } from '../intents/check-intent.ts';
import type { Intent } from '../intents/intent.ts';
import type { Scheme } from '../scheme.ts';
import type { TakenIntent } from '../stores/store.ts';

/** A request and its key as plain JSON, to use as the data of another engine's job. */
export interface IntentJob {
  readonly key: string;
  readonly method: string;
  readonly url: string;
  /** Includes the headers that carry the key. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body in base64, or null without a body. */
  readonly body: string | null;
  /** How long the server remembers the key, in milliseconds from the first send. 0 if it takes no key. */
  readonly windowMs: number;
  /** The earliest time that the request can have been sent, in milliseconds since 1970. */
  readonly since: number;
  /** The header for the time of the first send, if the key scheme has one. */
  readonly firstSentHeader: string | null;
}

/** A request for a job. The engine provides its own names, groups and delays. */
export type JobRequest = Omit<Intent, 'name' | 'group' | 'notBefore'>;

const ENGINES_OWN = ['name', 'group', 'notBefore'];

/**
 * Checks a request, makes its key, and returns both as plain JSON. Pass the result to your engine as a job's data. If
 * the engine can join your database transaction, add the job in that transaction.
 *
 * @param scheme - How the server accepts keys, or `'none'`. Default `keys.ietf()`.
 * @throws {TypeError | RangeError} For a request that can't be stored or sent.
 * @example
 * await boss.send('payments', intentJob({ url: 'https://api.example/payments', body: '{"order":7}' }), { db });
 */
export function intentJob(request: JobRequest, scheme: Scheme = keys.ietf()): IntentJob {
  const wrong = ENGINES_OWN.find((member) => Object.hasOwn(request ?? {}, member));
  if (wrong !== undefined) throw new TypeError(`intentJob does not take ${wrong}: use the option of your engine`);
  const { key, method, url, headers, body, window_ms, first_sent_header } = checkIntent(request, scheme);
  return {
    key,
    method,
    url,
    headers: JSON.parse(headers),
    body: body && Buffer.from(body).toString('base64'),
    windowMs: window_ms,
    since: Date.now(),
    firstSentHeader: first_sent_header,
  };
}

/** Returns the job of an intent that a worker took. */
export function jobOf({
  key,
  method,
  url,
  headers,
  body,
  windowMs,
  firstSentAt,
  firstSentHeader,
}: TakenIntent): IntentJob {
  return {
    key,
    method,
    url,
    headers,
    body: body ? Buffer.from(body).toString('base64') : null,
    windowMs,
    since: firstSentAt,
    firstSentHeader: firstSentHeader ?? null,
  };
}
