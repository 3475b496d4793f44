import { DatabaseSync } from 'node:sqlite';
import { type IntentJob, openOutbox, relayTo, sendOnce } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { Queue, Worker } from 'bullmq';
import { afterAll, describe, expect, test } from 'vitest';
import { findRedis } from '../../../server/test/support/find-redis.ts';
import { losingFirstAnswer } from '../support/losing-first-answer.ts';
import { listenPayments } from '../support/payments.ts';
import { runUntil } from '../support/run-until.ts';

const service = await findRedis();
afterAll(() => service?.[Symbol.asyncDispose]());

describe.skipIf(!service)('BullMQ behind the outbox', () => {
  test('an intent relayed twice is one job, sent until its answer arrives', async () => {
    await using payments = await listenPayments();
    const connection = { url: service?.url ?? '' };
    const prefix = `test-${crypto.randomUUID()}`;
    const queue = new Queue<IntentJob>('payments', { connection, prefix });
    const database = new DatabaseSync(':memory:');
    const outbox = openOutbox({ store: sqliteOutbox(database) });
    outbox.enqueue(database, { url: payments.url, key: 'order-7' });

    let relays = 0;
    const send = relayTo(async (job, id) => {
      await queue.add('send', job, { jobId: `intent-${id}`, attempts: 20, backoff: { type: 'fixed', delay: 10 } });
      relays += 1;
      if (relays === 1) throw new Error('the relay died after the job was added');
    });
    const settled = await runUntil(outbox, 2, { send, maxWaitMs: 10 });
    expect(settled.map(({ state }) => state)).toEqual(['due', 'done']);
    expect(await queue.getJobCounts('wait', 'delayed', 'active', 'prioritized')).toMatchObject({ wait: 1 });

    const options = { fetch: losingFirstAnswer(), retry: { maxAttempts: 1 } };
    const states: [number, string][] = [];
    const done = Promise.withResolvers<void>();
    const worker = new Worker<IntentJob>(
      'payments',
      async (job) => {
        const result = await sendOnce(job.data, { earlierRuns: job.attemptsStarted - 1 }, options);
        states.push([job.attemptsStarted, result.state]);
        if (result.state === 'due') throw new Error(result.note);
        done.resolve();
      },
      { connection, prefix },
    );
    await done.promise;
    await worker.close();
    await queue.obliterate({ force: true });
    await queue.close();

    expect(states).toEqual([
      [1, 'due'],
      [2, 'done'],
    ]);
    expect(payments.effects).toEqual(['order-7']);
    expect(payments.arrived).toHaveLength(2);
  });
});
