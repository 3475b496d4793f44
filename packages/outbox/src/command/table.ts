import type { StoredIntent } from '../intents/intent.ts';

const COLUMNS: readonly (readonly [title: string, width: number, of: (intent: StoredIntent) => string])[] = [
  ['id', 7, ({ id }) => String(id)],
  ['outbox', 8, ({ outbox }) => outbox],
  ['state', 8, ({ state }) => state],
  ['runs', 4, ({ runs }) => String(runs)],
  ['may be sent since', 17, ({ firstSentAt }) => minuteOf(firstSentAt)],
  ['name or key', 24, (intent) => intent.name ?? keyOf(intent)],
  ['request', 40, ({ method, url }) => `${method} ${url.split(/[?#]/)[0]}`],
];

/** The table's header line. */
export const TITLES: string = lineOf(COLUMNS.map(([title]) => title)).concat('note');

/**
 * Formats an intent as a line of the table. Hides query values because they may be secrets.
 *
 * @param now - The time in milliseconds since 1970.
 */
export function rowOf(intent: StoredIntent, now: number): string {
  const notes = [nextOf(intent, now), intent.note].filter((note) => note !== undefined);
  return `${lineOf(COLUMNS.map(([, , of]) => of(intent)))}${oneLine(notes.join('; '))}`.trimEnd();
}

/** What happens next to an intent that isn't settled. */
function nextOf({ state, dueAt }: StoredIntent, now: number): string | undefined {
  const seconds = Math.ceil((dueAt - now) / 1_000);
  if (state === 'due') return seconds > 0 ? `next run in ${seconds} s` : 'next run now';
  if (state === 'sending') return seconds > 0 ? `its lease ends in ${seconds} s` : 'its lease has ended';
  return undefined;
}

/** Formats everything that is stored about an intent. */
export function detailsOf(intent: StoredIntent): string {
  const { headers, body, ...rest } = intent;
  const shown = {
    ...rest,
    key: keyOf(intent),
    firstSentAt: rest.firstSentAt === undefined ? undefined : timeOf(rest.firstSentAt),
    dueAt: timeOf(rest.dueAt),
  };
  const lines = Object.entries(shown).map(([name, value]) => `${name.padEnd(12)} ${value ?? '-'}`);
  return [...lines, '', ...headers.map(([name, value]) => `${name}: ${value}`), '', textOf(body)].join('\n').trimEnd();
}

/** The key that is sent. */
function keyOf({ key, windowMs }: StoredIntent): string {
  return windowMs === 0 ? 'none' : key;
}

function lineOf(cells: readonly string[]): string {
  return cells.map((cell, index) => `${fitted(oneLine(cell), COLUMNS[index]?.[1] ?? 0)}  `).join('');
}

function fitted(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

/** Replaces control characters, because stored text could otherwise move the terminal's cursor. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function minuteOf(time: number | undefined): string {
  return time === undefined ? '-' : timeOf(time).slice(0, 16).replace('T', ' ');
}

function timeOf(time: number): string {
  return new Date(time).toISOString();
}

function textOf(body: Uint8Array | undefined): string {
  if (!body) return '';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return text.replace(/[^\P{Cc}\n\t]/gu, '\u{FFFD}');
  } catch {
    return `(${body.length} bytes)`;
  }
}
