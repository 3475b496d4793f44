import { readFileSync, writeFileSync } from 'node:fs';
import type { Result } from './control.ts';
import { silentCopies } from './verdict.ts';

const PAGE = new URL('../../../docs/delivery.md', import.meta.url);
const ROWS = /(<!-- runtimes -->\n)[\s\S]*(<!-- \/runtimes -->)/;
const HEAD =
  '| runtime | proves that nothing was sent (POST to a closed port) | sends a copy by itself after a reset or a close |';

/** What was seen in one runtime, as a row of the table in docs/delivery.md. */
export function rowOf(name: string, results: readonly Result[]): string {
  const closed = results.find(({ scenario }) => scenario.method === 'POST' && scenario.acts === undefined);
  const proved = closed?.told?.deliveries.includes('never-sent') ? 'yes' : 'no';
  const copied = new Set(results.filter((result) => silentCopies(result) > 0).map(({ scenario }) => scenario.method));
  return `| ${name} | ${proved} | ${[...copied].join(', ') || 'no'} |`;
}

/** Writes the rows into the page. */
export function writeRows(rows: readonly string[]): void {
  const table = [HEAD, '|---|---|---|', ...rows, ''].join('\n');
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(ROWS, (_, start, end) => `${start}${table}${end}`),
  );
}
