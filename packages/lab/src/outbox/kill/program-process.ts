/**
 * A shop to be killed. Started with its plan, in JSON, and `order` or `finish`: it takes orders without end, or pays the rest of them.
 */
import { flushCompileCache } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import type { Plan, Program, ProgramName } from './plan.ts';
import { openMemory } from './programs/memory.ts';
import { openPostgresProgram, openSqliteProgram } from './programs/outbox.ts';

const LONGEST_PAUSE_MS = 20;
const LOOK_MS = 50;

const PROGRAMS: Readonly<Record<ProgramName, (plan: Plan) => Program | Promise<Program>>> = {
  memory: openMemory,
  'outbox-sqlite': openSqliteProgram,
  'outbox-postgres': openPostgresProgram,
};

process.once('disconnect', () => process.exit()); // the lab was stopped
const plan = JSON.parse(process.argv[2] ?? '') as Plan;
const program = await PROGRAMS[plan.program](plan);
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
