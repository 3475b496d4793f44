import { DatabaseSync } from 'node:sqlite';
import { type IntentJob, intentJob, openOutbox, relayTo } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { type JobsOptions, Queue, Worker } from 'bullmq';
import type { Plan, Program } from '../plan.ts';
import { PACE } from './outbox.ts';
import { sendJob } from './send-job.ts';

const QUEUE = 'payments';
const JOB: JobsOptions = { attempts: 10_000, backoff: { type: 'fixed', delay: 50 }, removeOnComplete: { age: 3_600 } };
/** Makes a killed worker's job run again soon, and allows any number of kills. */
const WORK = { concurrency: 8, lockDuration: 1_000, stalledInterval: 500, maxStalledCount: 10_000 };

/** Jobs of BullMQ. Redis can't join the transaction of the order. */
export async function openBullmq(plan: Plan): Promise<Program> {
  const { queue, waiting } = await openQueue(plan);
  const database = new DatabaseSync(plan.database, { timeout: 5_000 });
  const insert = database.prepare('insert into orders (name) values (?)');
  return {
    async order(name) {
      insert.run(name);
      await queue.add('send', intentJob({ url: plan.bank, body: name }), JOB);
    },
    waiting,
  };
}

/** Opens BullMQ behind the outbox. The intent joins the transaction, and a relay adds the job. */
export async function openBullmqBehindOutbox(plan: Plan): Promise<Program> {
  const { queue, waiting } = await openQueue(plan);
  const database = new DatabaseSync(plan.database, { timeout: 5_000 });
  const insert = database.prepare('insert into orders (name) values (?)');
  const outbox = openOutbox({ store: sqliteOutbox(plan.database) });
  const send = relayTo((job, id) => queue.add('send', job, { ...JOB, jobId: `intent-${id}` }));
  outbox.start({ ...PACE, send });
  return {
    async order(name) {
      database.exec('begin immediate');
      insert.run(name);
      outbox.enqueue(database, { url: plan.bank, body: name });
      database.exec('commit');
    },
    async waiting() {
      const { due, sending } = await outbox.counts();
      return due + sending + (await waiting());
    },
  };
}

async function openQueue(plan: Plan): Promise<{ queue: Queue<IntentJob>; waiting: () => Promise<number> }> {
  const connection = { url: plan.redis };
  const prefix = plan.prefix;
  const queue = new Queue<IntentJob>(QUEUE, { connection, prefix });
  const worker = new Worker<IntentJob>(
    QUEUE,
    (job) => sendJob(plan, job.data, { earlierRuns: job.attemptsStarted - 1 }),
    { connection, prefix, ...WORK },
  );
  worker.on('error', () => {}); // the worker continues
  await worker.waitUntilReady();
  return {
    queue,
    async waiting() {
      const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized', 'failed');
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
  };
}
