import { setTimeout } from 'node:timers/promises';
import type { OutboxView } from '../outbox.ts';
import type { Counts } from '../stores/store.ts';
import { type Command, parseArguments, USAGE } from './arguments.ts';
import { openPlace } from './open-place.ts';
import { detailsOf, rowOf, TITLES } from './table.ts';

/** The output of a command. */
export interface Console {
  log(line: string): void;
}

const WATCH_MS = 1_000;

/**
 * Runs a command line such as `list --state unknown`.
 *
 * @throws {Error} With a human-readable message.
 */
export async function runCommand(
  parameters: readonly string[],
  console: Console,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { command, database, outbox: name } = parseArguments(parameters);
  if (command.name === 'help') return console.log(USAGE);
  const outbox = await openPlace(database ?? environment.DATABASE_URL, name);
  try {
    await perform(command, outbox, console);
  } finally {
    await outbox.close();
  }
}

async function perform(
  command: Exclude<Command, { name: 'help' }>,
  outbox: OutboxView,
  console: Console,
): Promise<void> {
  switch (command.name) {
    case 'list':
      return list(command, outbox, console);
    case 'show':
      return console.log(detailsOf(await found(outbox, command.id)));
    case 'resolve': {
      const { state } = await found(outbox, command.id);
      await outbox.resolve(command.id, command.as);
      const now = (await found(outbox, command.id)).state;
      return console.log(`intent ${command.id}: ${now === state ? `stays ${now}` : `${state} -> ${now}`}`);
    }
    case 'watch':
      return watch(outbox, console);
  }
}

/** Prints each line as it is read, so that a long list starts to appear immediately. */
async function list(
  { state, limit, asJson }: Extract<Command, { name: 'list' }>,
  outbox: OutboxView,
  console: Console,
): Promise<void> {
  if (!asJson) console.log(TITLES);
  let listed = 0;
  for await (const intent of outbox.list(state)) {
    const { body, ...rest } = intent;
    console.log(asJson ? JSON.stringify({ ...rest, bodyBytes: body?.length ?? 0 }) : rowOf(intent, Date.now()));
    listed += 1;
    if (listed === limit) break;
  }
  if (!asJson) console.log(`\n${countsOf(await outbox.counts())}`);
}

async function watch(outbox: OutboxView, console: Console): Promise<void> {
  for (let settledBefore: number | undefined; ; ) {
    const counts = await outbox.counts();
    const settled = counts.done + counts.failed + counts.unknown;
    const rate = settledBefore === undefined ? '' : `  ${settled - settledBefore} settled in the last second`;
    console.log(`${new Date().toISOString().slice(11, 19)}  ${countsOf(counts)}${rate}`);
    if (counts.due + counts.sending === 0) return;
    settledBefore = settled;
    await setTimeout(WATCH_MS);
  }
}

function countsOf({ due, sending, done, failed, unknown }: Counts): string {
  return Object.entries({ due, sending, done, failed, unknown })
    .map(([state, count]) => `${state} ${count}`)
    .join('  ');
}

async function found(outbox: OutboxView, id: number): Promise<NonNullable<Awaited<ReturnType<OutboxView['find']>>>> {
  const intent = await outbox.find(id);
  if (!intent) throw new RangeError(`no intent has the id ${id}`);
  return intent;
}
