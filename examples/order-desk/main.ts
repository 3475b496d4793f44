import { explain, type Report } from '@twicesafe/fetch';
import { bareFetch, type Client, retryEverything, twicesafe } from './clients.ts';
import { type Column, runColumn } from './column.ts';
import { makePlan, type Operation } from './plan.ts';
import { tableOf } from './table.ts';

const clients: Readonly<Record<string, Client>> = {
  'bare fetch': bareFetch,
  'retry everything': retryEverything,
  twicesafe,
};
const plan = makePlan();
const done: Record<string, number> = {};

/** One line that is written over on a terminal; else nothing until a client has finished. */
function showProgress(name: string, count: number): void {
  done[name] = count;
  const line = Object.keys(clients).map((client) => `${client} ${done[client] ?? 0}/${plan.length}`);
  if (process.stderr.isTTY) process.stderr.write(`\r${line.join('   ')}`);
  else if (count === plan.length) process.stderr.write(`${name}: ${count} operations\n`);
}

const faulty = plan.filter(({ fault }) => fault !== 'none').length;
console.log(
  `${plan.length} operations against an order desk on loopback. ${faulty} of them meet a fault at the first request:`,
);
console.log(`${[...new Set(plan.map(({ fault }) => fault))].filter((fault) => fault !== 'none').join('; ')}.\n`);

const names = Object.keys(clients);
const run = async (name: string): Promise<readonly [string, Column]> => [
  name,
  await runColumn(clients[name] as Client, plan, (count) => showProgress(name, count)),
];
const columns = Object.fromEntries(await Promise.all(names.map(run)));
if (process.stderr.isTTY) process.stderr.write('\n\n');

const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
for (const line of tableOf(columns, coloured)) console.log(line);

const { reports = [], appliedTwice, effects } = columns.twicesafe as Column;
const tell = (title: string, wanted: (operation: Operation, report: Report) => boolean): void => {
  const found = reports.find(([operation, report]) => wanted(operation, report));
  console.log(`\n${title}\n${explain(found?.[1])}`);
};
console.log(
  '\nWhere a repeat could double a write, twicesafe stops and says so; an idempotency key would let it go on.',
);
tell('A PUT, repeated by its method:', ({ method, fault }) => method === 'PUT' && fault === 'reset after processing');
tell(
  'A POST, not repeated: its first copy may have been processed (and it was):',
  ({ method, fault, keyed }) => method === 'POST' && !keyed && fault === 'reset after processing',
);
tell(
  'A POST, repeated: it is proved that nothing had been sent:',
  ({ method, fault, keyed }, { attempts }) => method === 'POST' && !keyed && fault === 'refused' && attempts.length > 1,
);
console.log('\nHow to wrap your own client: README.md');

if (appliedTwice > 0 || (effects?.wrong ?? 1) > 0) {
  console.error('\ntwicesafe applied an operation twice, or told an effect wrong: this is a bug, please report it.');
  process.exitCode = 1;
}
