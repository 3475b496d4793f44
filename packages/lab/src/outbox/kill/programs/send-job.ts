import { type IntentJob, type JobOptions, type JobRun, sendOnce } from '@twicesafe/outbox';
import type { Plan } from '../plan.ts';

const STORED: JobOptions = { retry: { budget: 'none' } };
/** Makes a new key for each send, like a program that doesn't store keys. */
const FRESH: JobOptions = {
  send: ({ url, method, body, headers, signal }) => {
    headers.set('Idempotency-Key', crypto.randomUUID());
    return fetch(url, { method, headers, signal, ...(body && { body }) });
  },
};

/** Sends a job's request. Throws if the engine must run the job again. */
export async function sendJob({ key }: Plan, job: IntentJob, run: JobRun): Promise<void> {
  const result = await sendOnce(job, run, key === 'stored' ? STORED : FRESH);
  if (result.state !== 'done') throw new Error(result.note);
}
