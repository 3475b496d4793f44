import type { Client } from './client.ts';
import type { Tally } from './verdict.ts';

export interface Row {
  readonly client: Client;
  readonly tally: Tally;
}

const COLUMNS: readonly (readonly [head: string, cell: (tally: Tally) => string | number])[] = [
  ['done once', ({ done }) => done],
  ['applied twice', ({ twice }) => twice],
  ['lost', ({ lost }) => lost],
  ['told failure though applied', ({ failedThoughApplied }) => failedThoughApplied],
  ['told success though not', ({ succeededThoughNot }) => succeededThoughNot],
  ['never told anything', ({ hung }) => hung],
  ['requests per operation', ({ requestsPerOperation }) => requestsPerOperation.toFixed(2)],
  ['too early', ({ early }) => early],
  ['median ms', ({ medianMs }) => Math.round(medianMs)],
  ['p99 ms', ({ p99Ms }) => Math.round(p99Ms)],
  ['effect right / undecided / wrong', ({ effect }) => (effect ? Object.values(effect).join(' / ') : '')],
];

/** Returns the header lines of the Markdown table. */
export function headLines(): string[] {
  const heads = ['client', 'as', ...COLUMNS.map(([head]) => head)];
  return [line(heads), `|${'---|'.repeat(heads.length)}`];
}

/** Formats one client as a row of the Markdown table. */
export function rowLine({ client, tally }: Row): string {
  return line([client.name, client.setting, ...COLUMNS.map(([, cell]) => String(cell(tally)))]);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
