import { DBOS } from '@dbos-inc/dbos-sdk';
import { intentJob } from '@twicesafe/outbox';
import { Pool } from 'pg';
import type { Plan, Program } from '../plan.ts';
import { sendJob } from './send-job.ts';

/** Runs a DBOS workflow for each order. The workflow resumes after a restart, and its steps run at least once. */
export async function openDbos(plan: Plan): Promise<Program> {
  const options = `-c search_path=${plan.schema} -c synchronous_commit=off`;
  const pool = new Pool({ connectionString: plan.database, max: 3, options });
  const pay = DBOS.registerWorkflow(
    async (name: string): Promise<void> => {
      const key = DBOS.workflowID ?? '';
      await DBOS.runStep(() => pool.query('insert into orders (name) values ($1) on conflict do nothing', [name]), {
        name: 'order',
      });
      const job = await DBOS.runStep(async () => intentJob({ url: plan.bank, body: name, key }), { name: 'job' });
      await DBOS.runStep(() => sendJob(plan, job, {}), {
        name: 'send',
        retriesAllowed: true,
        maxAttempts: 1_000,
        intervalSeconds: 0.05,
        backoffRate: 1,
      });
    },
    { name: 'pay', maxRecoveryAttempts: 10_000 },
  );
  DBOS.setConfig({
    name: 'shop',
    systemDatabaseUrl: plan.database,
    systemDatabaseSchemaName: plan.schema,
    applicationVersion: 'shop',
    logLevel: 'error',
  });
  await DBOS.launch();
  return {
    async order(name) {
      await DBOS.startWorkflow(pay, { workflowID: name })(name);
    },
    async waiting() {
      const { rows } = await pool.query("select count(*) as count from workflow_status where status <> 'SUCCESS'");
      return Number(rows[0].count);
    },
  };
}
