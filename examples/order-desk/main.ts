import { explain, type Report } from '@twicesafe/fetch';
import { bareFetch, type Client, retryEverything, twicesafe, twicesafeWithKeys } from './clients.ts';
import { type Column, runColumn } from './column.ts';
import { makePlan, type Operation } from './plan.ts';
import { tableOf } from './table.ts';

const clients: Readonly<Record<string, Client>> = {
  'bare fetch': bareFetch,
  'retry everything': retryEverything,
  twicesafe,
  'twicesafe + keys': twicesafeWithKeys,
};
const plan = makePlan();
const finished: Record<string, number> = {};

/** Updates one line on a terminal. Without a terminal, prints one line per finished client. */
function showProgress(name: string, count: number): void {
  finished[name] = count;
  const line = Object.keys(clients).map((client) => `${client} ${finished[client] ?? 0}/${plan.length}`);
  if (process.stderr.isTTY) process.stderr.write(`\r${line.join('   ')}`);
  else if (count === plan.length) process.stderr.write(`${name}: ${count} operations\n`);
}

const faulty = plan.filter(({ fault }) => fault !== 'none').length;
const faults = [...new Set(plan.map(({ fault }) => fault))].filter((fault) => fault !== 'none');
console.log(`Each client sends the same ${plan.length} operations to a local order desk, which counts what it does.`);
console.log(`${faulty} operations meet a fault on their first request: ${faults.join(', ')}.\n`);

const names = Object.keys(clients);
const run = async (name: string): Promise<readonly [string, Column]> => [
  name,
  await runColumn(clients[name] as Client, plan, (count) => showProgress(name, count)),
];
const columns = Object.fromEntries(await Promise.all(names.map(run)));
if (process.stderr.isTTY) process.stderr.write('\n\n');

const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
for (const line of tableOf(columns, coloured)) console.log(line);

const show = (title: string, client: string, wanted: (operation: Operation, report: Report) => boolean): void => {
  const found = columns[client]?.reports.filter(([operation, report]) => wanted(operation, report)) ?? [];
  // On a busy machine, a retry may run out of time.
  const [, report] = found.find(([, { effect }]) => effect === 'applied') ?? found[0] ?? [];
  console.log(`\n${title}\n${explain(report)}`);
};
console.log('\nWhen a retry could do a write twice, twicesafe stops and reports it. A key makes that retry safe.');
show(
  'A PUT is retried, because its method is idempotent:',
  'twicesafe',
  ({ method, fault }) => method === 'PUT' && fault === 'reset after processing',
);
show(
  'A POST stops, because the server may have processed it (here it did):',
  'twicesafe',
  ({ method, fault }) => method === 'POST' && fault === 'reset after processing',
);
show(
  'The same POST with an idempotency key is retried:',
  'twicesafe + keys',
  ({ method, fault }) => method === 'POST' && fault === 'reset after processing',
);
show(
  'A POST is retried without a key, because nothing was sent:',
  'twicesafe',
  ({ method, fault }, { attempts }) => method === 'POST' && fault === 'refused' && attempts.length > 1,
);
console.log('\nTo wrap your own client, see README.md.');

const wrong = [columns.twicesafe, columns['twicesafe + keys']].some(
  (column) => !column || column.doneTwice > 0 || (column.effects?.wrong ?? 1) > 0,
);
if (wrong) {
  console.error('\ntwicesafe did an operation twice, or reported a wrong effect. This is a bug: please report it.');
  process.exitCode = 1;
}
