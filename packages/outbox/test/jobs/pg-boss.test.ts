import { type IntentJob, intentJob, sendOnce } from '@twicesafe/outbox';
import { PgBoss } from 'pg-boss';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../../../server/test/support/find-postgres.ts';
import { createSchema } from '../../../server/test/support/postgres-schema.ts';
import { losingFirstAnswer } from '../support/losing-first-answer.ts';
import { listenPayments } from '../support/payments.ts';

const service = await findPostgres();
afterAll(() => service?.[Symbol.asyncDispose]());

describe.skipIf(!service)('pg-boss', () => {
  test("a job in the order's transaction is sent until answered, with one effect", async () => {
    await using schema = await createSchema(service?.url ?? '');
    await using payments = await listenPayments();
    const boss = new PgBoss({ connectionString: service?.url ?? '', schema: schema.name, max: 2 });
    boss.on('error', () => {});
    await boss.start();
    await boss.createQueue('payments', { retryLimit: 20, retryDelay: 0, expireInSeconds: 60 });

    const client = await schema.pool.connect();
    const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
    for (const [key, end] of [
      ['rolled-back', 'rollback'],
      ['committed', 'commit'],
    ] as const) {
      await client.query('begin');
      await boss.send('payments', intentJob({ url: payments.url, key }), { db });
      await client.query(end);
    }
    client.release();

    const options = { fetch: losingFirstAnswer(), retry: { maxAttempts: 1 } };
    const states: [number, string][] = [];
    const done = Promise.withResolvers<void>();
    await boss.work<IntentJob, void, { pollingIntervalSeconds: 0.5; includeMetadata: true }>(
      'payments',
      { pollingIntervalSeconds: 0.5, includeMetadata: true },
      async ([job]) => {
        if (!job) return;
        const result = await sendOnce(job.data, { earlierRuns: job.retryCount }, options);
        states.push([job.retryCount, result.state]);
        if (result.state === 'due') throw new Error(result.note);
        done.resolve();
      },
    );
    await done.promise;
    await boss.stop({ graceful: true });

    expect(states).toEqual([
      [0, 'due'],
      [1, 'done'],
    ]);
    expect(payments.effects).toEqual(['committed']);
    expect(payments.arrived).toHaveLength(2);
  });
});
