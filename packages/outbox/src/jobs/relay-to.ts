import type { Send } from '../sending/run-intent.ts';
import type { IntentJob } from './job.ts';

/**
 * Makes a `send` function that hands intents to another engine. An intent is `done` once the engine has its job.
 *
 * @param add - Adds a job. It may be called twice with the same id, so pass the id to the engine and let the engine
 *   deduplicate.
 * @example
 * outbox.start({ send: relayTo((job, id) => queue.add('send', job, { jobId: `intent-${id}` })) });
 */
export function relayTo(add: (job: IntentJob, id: number) => Promise<unknown>): Send {
  return async ({ id, job }) => {
    await add(job, id);
    return { status: 202 };
  };
}
