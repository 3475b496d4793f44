import type { Acquired } from '../stores/store.ts';
import type { KeyedRequest } from './identify.ts';
import { replay } from './outcome.ts';
import { refuse } from './refuse.ts';
import type { Settings } from './settings.ts';

/** What a store knows of a key that another request owns, or has completed. */
export type OtherRecord = Exclude<Acquired, { state: 'acquired' }>;

/** The answer that another request's record gives, or undefined while that request is in flight. */
export function answerDuplicate(record: OtherRecord, keyed: KeyedRequest, settings: Settings): Response | undefined {
  const { key, fingerprint } = keyed;
  if (record.fingerprint !== fingerprint) return refuse(settings, 'key-reused', key);
  if (record.state === 'in-flight') {
    // A lease may run out between the two statements of a SQL store. With run-again the next look takes the key over.
    const isInFlight = record.leaseLeftMs > 0 || settings.interrupted === 'run-again';
    return isInFlight ? undefined : refuse(settings, 'interrupted', key);
  }
  const response = replay(record.outcome, settings.docs);
  settings.emit({ type: 'response-replayed', key, status: response.status });
  return response;
}
