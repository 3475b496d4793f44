import type { Seen } from './target.ts';

/** The result of an attack. */
export interface Finding {
  /** A cell of the table. */
  readonly text: string;
  /** Whether there was one effect, and an honest answer. */
  readonly isGood: boolean;
}

/** Formats the number of effects. */
export function effects(count: number): string {
  return `${count} eff`;
}

/** Formats statuses in order. */
export function statuses(...seen: readonly Seen[]): string {
  return seen.map(({ status }) => (status === undefined ? 'nothing' : status)).join(', ');
}

/** Formats how often each status was seen. */
export function tally(seen: readonly Seen[]): string {
  const counts = new Map<string, number>();
  for (const each of seen) counts.set(statuses(each), (counts.get(statuses(each)) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count}x${status}`).join(', ');
}

/** Whether the server refused with a client error status. */
export function isRefusal({ status = 0 }: Seen): boolean {
  return status >= 400 && status < 500;
}

/** Whether two responses have the same bytes. */
export function isSame(one: Seen, other: Seen): boolean {
  return one.bytes.equals(other.bytes);
}
