import { writeBetween } from '../src/write-between.ts';
import type { Result } from './control.ts';
import { silentCopies } from './verdict.ts';

const HEAD =
  '| runtime | proves that nothing was sent (POST to a closed port) | sends a copy by itself after a reset or a close |';

/** What was seen in one runtime, as a row of the table in docs/delivery.md. */
export function rowOf(name: string, results: readonly Result[]): string {
  const closed = results.find(({ scenario }) => scenario.method === 'POST' && scenario.place === 'closed');
  const proved = closed?.told?.deliveries.includes('never-sent') ? 'yes' : 'no';
  const copied = new Set(results.filter((result) => silentCopies(result) > 0).map(({ scenario }) => scenario.method));
  return `| ${name} | ${proved} | ${[...copied].join(', ') || 'no'} |`;
}

/** Writes the rows into the page. */
export function writeRows(rows: readonly string[]): void {
  writeBetween('delivery.md', 'runtimes', [HEAD, '|---|---|---|', ...rows].join('\n'));
}
