import { parseArgs } from 'node:util';
import type { IntentState } from '../intents/intent.ts';
import type { Resolution } from '../stores/store.ts';

/** A parsed command line. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'list'; readonly state: IntentState | undefined; readonly limit: number; readonly asJson: boolean }
  | { readonly name: 'show'; readonly id: number }
  | { readonly name: 'resolve'; readonly id: number; readonly as: Resolution }
  | { readonly name: 'watch' };

/** The output of `--help`. */
export const USAGE: string = `Usage: npx @twicesafe/outbox <command> [--database <place>] [--outbox <name>]

Shows what the outboxes of a database hold, and resolves what it leaves to a person.

  list                list the intents, oldest first
    --state <state>   only due, sending, done, failed or unknown ones
    --limit <number>  at most so many; 100 by default
    --json            print one JSON object per line
  show <id>           print one intent with its headers and body
  resolve <id> <as>   settle an intent that is unknown or failed:
                        applied            it took effect; it is done
                        not-applied        it did not; it has failed
                        send-with-new-key  send it as a new request
  watch               print the counts every second until nothing waits

  --database <place>  a SQLite file, or the URL of a Postgres database; DATABASE_URL by default
  --outbox <name>     only the outbox with this name; all of them by default

Example: npx @twicesafe/outbox list --state unknown --database shop.db
`;

const STATES: readonly string[] = ['due', 'sending', 'done', 'failed', 'unknown'];
const RESOLUTIONS: readonly string[] = ['applied', 'not-applied', 'send-with-new-key'];
const DEFAULT_LIMIT = 100;

/**
 * Reads the command line.
 *
 * @throws {TypeError | RangeError} Names the argument, its value, and what is allowed.
 */
export function parseArguments(parameters: readonly string[]): {
  readonly command: Command;
  readonly database: string | undefined;
  readonly outbox: string | undefined;
} {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: {
      database: { type: 'string' },
      outbox: { type: 'string' },
      state: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const [name, ...rest] = positionals;
  if (name === undefined || values.help) return { command: { name: 'help' }, database: undefined, outbox: undefined };
  const onlyForList = (['state', 'limit', 'json'] as const).find((option) => values[option] !== undefined);
  if (name !== 'list' && onlyForList) throw new TypeError(`--${onlyForList} belongs to list, not to ${name}`);
  const command = commandOf(name, rest, values);
  const surplus = rest[{ show: 1, resolve: 2 }[name as string] ?? 0];
  if (surplus !== undefined) throw new TypeError(`${name} does not take ${JSON.stringify(surplus)}`);
  return { command, database: values.database, outbox: values.outbox };
}

function commandOf(
  name: string,
  [id, as]: readonly string[],
  { state, limit, json = false }: { state?: string; limit?: string; json?: boolean },
): Command {
  switch (name) {
    case 'list':
      return {
        name,
        state: state === undefined ? undefined : (oneOf('--state', state, STATES) as IntentState),
        limit: limit === undefined ? DEFAULT_LIMIT : whole('--limit', limit),
        asJson: json,
      };
    case 'show':
      return { name, id: whole('the id', id) };
    case 'resolve':
      return { name, id: whole('the id', id), as: oneOf('the resolution', as, RESOLUTIONS) as Resolution };
    case 'watch':
      return { name };
    default:
      throw new RangeError(`the command must be list, show, resolve or watch, not ${JSON.stringify(name)}`);
  }
}

function oneOf(what: string, value: string | undefined, allowed: readonly string[]): string {
  if (value !== undefined && allowed.includes(value)) return value;
  throw new RangeError(`${what} must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}`);
}

function whole(what: string, value: string | undefined): number {
  if (value !== undefined && /^[1-9]\d*$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new RangeError(`${what} must be a whole number of 1 or more, not ${JSON.stringify(value)}`);
}
