import { DBOS } from '@dbos-inc/dbos-sdk';
import { intentJob, sendOnce } from '@twicesafe/outbox';
import { afterAll, describe, expect, test } from 'vitest';
import { findPostgres } from '../../../server/test/support/find-postgres.ts';
import { createSchema } from '../../../server/test/support/postgres-schema.ts';
import { losingFirstAnswer } from '../support/losing-first-answer.ts';
import { listenPayments } from '../support/payments.ts';

const service = await findPostgres();
afterAll(() => service?.[Symbol.asyncDispose]());

describe.skipIf(!service)('DBOS', () => {
  test('a step that runs again sends the stored key, and takes effect once', async () => {
    await using schema = await createSchema(service?.url ?? '');
    await using payments = await listenPayments();
    const options = { fetch: losingFirstAnswer(), retry: { maxAttempts: 1 } };
    const states: string[] = [];
    const send = async (job: ReturnType<typeof intentJob>): Promise<string> => {
      const result = await sendOnce(job, {}, options);
      states.push(result.state);
      if (result.state === 'due') throw new Error(result.note);
      return result.state;
    };
    const pay = DBOS.registerWorkflow(
      async (order: string): Promise<string> => {
        // A step: a workflow that is recovered gets the same job.
        const key = DBOS.workflowID ?? '';
        const job = await DBOS.runStep(async () => intentJob({ url: payments.url, body: order, key }), { name: 'job' });
        return DBOS.runStep(() => send(job), {
          name: 'send',
          retriesAllowed: true,
          maxAttempts: 20,
          intervalSeconds: 0.01,
        });
      },
      { name: 'pay' },
    );
    DBOS.setConfig({
      name: 'twicesafe-test',
      systemDatabaseUrl: service?.url ?? '',
      systemDatabaseSchemaName: schema.name,
      logLevel: 'error',
    });
    await DBOS.launch();
    try {
      const handle = await DBOS.startWorkflow(pay, { workflowID: 'order-7' })('order 7');
      expect(await handle.getResult()).toBe('done');
    } finally {
      await DBOS.shutdown();
    }

    expect(states).toEqual(['due', 'done']);
    expect(payments.effects).toEqual(['order-7']);
    expect(payments.arrived).toHaveLength(2);
  });
});
