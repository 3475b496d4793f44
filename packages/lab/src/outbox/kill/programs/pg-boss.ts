import { type IntentJob, intentJob } from '@twicesafe/outbox';
import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import type { Plan, Program } from '../plan.ts';
import { sendJob } from './send-job.ts';

const QUEUE = 'payments';
const WORK = { pollingIntervalSeconds: 0.5, includeMetadata: true, localConcurrency: 8 } as const;
/** How long until a killed worker's job runs again, in seconds. */
const EXPIRE_SECONDS = 2;

/** Opens pg-boss, whose jobs join the order's transaction. */
export async function openPgBoss(plan: Plan): Promise<Program> {
  const options = `-c search_path=${plan.schema} -c synchronous_commit=off`;
  const pool = new Pool({ connectionString: plan.database, max: 3, options });
  const boss = new PgBoss({
    connectionString: plan.database,
    schema: plan.schema,
    max: 4,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  });
  boss.on('error', () => {}); // pg-boss continues
  await boss.start();
  await boss.createQueue(QUEUE, { retryLimit: 10_000, retryDelay: 0, expireInSeconds: EXPIRE_SECONDS });
  await boss.work<IntentJob, void, typeof WORK>(QUEUE, WORK, async ([job]) => {
    if (job) await sendJob(plan, job.data, { earlierRuns: job.retryCount });
  });
  return {
    async order(name) {
      const client = await pool.connect();
      await client.query('begin');
      await client.query('insert into orders (name) values ($1)', [name]);
      const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
      await boss.send(QUEUE, intentJob({ url: plan.bank, body: name }), { db });
      await client.query('commit');
      client.release();
    },
    async waiting() {
      const { rows } = await pool.query("select count(*) as count from job where name = $1 and state <> 'completed'", [
        QUEUE,
      ]);
      return Number(rows[0].count);
    },
  };
}
