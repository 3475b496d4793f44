import { type IntentJob, type JobOptions, type JobRun, sendOnce } from '@twicesafe/outbox';
import type { Plan } from '../plan.ts';

const STORED: JobOptions = { retry: { budget: 'none' } };
/** What a program does that stores no key: it makes one for each send. */
const FRESH: JobOptions = {
  send: ({ url, method, body, headers, signal }) => {
    headers.set('Idempotency-Key', crypto.randomUUID());
    return fetch(url, { method, headers, signal, ...(body && { body }) });
  },
};

/** Sends a job. Throws if the engine must run it again. */
export async function sendJob({ key }: Plan, job: IntentJob, run: JobRun): Promise<void> {
  const result = await sendOnce(job, run, key === 'stored' ? STORED : FRESH);
  if (result.state !== 'done') throw new Error(result.note);
}
