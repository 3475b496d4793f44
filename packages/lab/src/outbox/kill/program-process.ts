/**
 * Runs a shop that is killed. Its arguments are its plan in JSON, and `order` to take orders endlessly or `finish` to
 * pay the rest.
 */
import { flushCompileCache } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import type { Plan, Program, ProgramName } from './plan.ts';

const LONGEST_PAUSE_MS = 10;
const LOOK_MS = 50;

/** Each program loads only its own modules, so that it starts quickly. */
const PROGRAMS: Readonly<Record<ProgramName, () => Promise<(plan: Plan) => Program | Promise<Program>>>> = {
  memory: async () => (await import('./programs/memory.ts')).openMemory,
  'outbox-sqlite': async () => (await import('./programs/outbox.ts')).openSqliteProgram,
  'outbox-postgres': async () => (await import('./programs/outbox.ts')).openPostgresProgram,
  'pg-boss': async () => (await import('./programs/pg-boss.ts')).openPgBoss,
  bullmq: async () => (await import('./programs/bullmq.ts')).openBullmq,
  'bullmq-behind-outbox': async () => (await import('./programs/bullmq.ts')).openBullmqBehindOutbox,
  dbos: async () => (await import('./programs/dbos.ts')).openDbos,
};

process.once('disconnect', () => process.exit()); // the lab was stopped
const plan = JSON.parse(process.argv[2] ?? '') as Plan;
const open = await PROGRAMS[plan.program]();
const program = await open(plan);
flushCompileCache(); // nothing is written when a process is killed
process.send?.('started');
if (process.argv[3] === 'order') {
  for (;;) {
    await program.order(crypto.randomUUID());
    await setTimeout(Math.random() * LONGEST_PAUSE_MS);
  }
}
while ((await program.waiting()) > 0) await setTimeout(LOOK_MS);
process.send?.('finished');
