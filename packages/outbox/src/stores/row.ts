import type { IntentState, StoredIntent } from '../intents/intent.ts';
import { shownText } from '../intents/outbox-name.ts';
import type { TakenIntent } from './store.ts';

/** A row as a driver returns it. Postgres drivers return a bigint as text. */
export type Row = Readonly<Record<string, unknown>>;

/** Reads the intent in a row. */
export function intentOf(row: Row): StoredIntent {
  const outbox = String(row.outbox);
  return {
    id: Number(row.id),
    outbox,
    name: shownText(outbox, textOf(row.name)),
    group: shownText(outbox, textOf(row.group_name)),
    key: String(row.key),
    method: String(row.method),
    url: String(row.url),
    headers: JSON.parse(String(row.headers)) as [string, string][],
    // Copy the bytes, because fetch must not get a view of a driver's buffer pool.
    body: row.body instanceof Uint8Array ? new Uint8Array(row.body) : undefined,
    state: row.state as IntentState,
    runs: Number(row.runs),
    firstSentAt: row.first_sent === null ? undefined : Number(row.first_sent),
    windowMs: Number(row.window_ms),
    inDoubt: Number(row.in_doubt) === 1,
    dueAt: Number(row.due),
    note: textOf(row.note),
  };
}

/** Reads the intent that a worker took. */
export function takenOf(row: Row, fence: string): TakenIntent {
  return {
    ...intentOf(row),
    fence,
    takenAt: Number(row.taken_at),
    firstSentAt: Number(row.first_sent),
    firstSentHeader: textOf(row.first_sent_header),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
