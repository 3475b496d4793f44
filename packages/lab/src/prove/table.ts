import type { Proof, ProofRow, Verdict } from '@twicesafe/testing';
import type { Client } from './client.ts';

/** A client and what became of it. */
export interface Proved {
  readonly client: Client;
  readonly proof: Proof;
}

const COLUMNS: readonly Verdict[] = [
  'DOUBLED',
  'LIED',
  'HUNG',
  'misled',
  'lost',
  'in doubt',
  'too early',
  'needs key',
  'ok',
  'not reached',
];

/** One line for each client: how many runs ended with each verdict. */
export function summaryTable(all: readonly Proved[]): string {
  const lines = all.map(({ client, proof }) => {
    const counts = COLUMNS.map((verdict) => proof.rows.filter((row) => row.verdict === verdict).length);
    return [nameOf(client), ...counts.map((count) => (count === 0 ? '' : String(count)))];
  });
  return markdown([['client', ...COLUMNS], ...lines]);
}

/** One line for each fault: the verdicts on attempts 1 and 2 of every client. */
export function fullTable(all: readonly Proved[]): string {
  const faults = [...new Set(all.flatMap(({ proof }) => proof.rows.map(({ fault }) => fault)))];
  const lines = faults.map((fault) => [
    `\`${fault}\``,
    ...all.map(({ proof }) => cell(proof.rows.filter((row) => row.fault === fault))),
  ]);
  return markdown([['fault', ...all.map(({ client }) => client.name)], ...lines]);
}

/** Everything that must be the same in two runs. */
export function verdictsOf({ client, proof }: Proved): readonly string[] {
  return proof.rows.map(({ fault, attempt, verdict }) => `${client.name}, ${fault}, attempt ${attempt}: ${verdict}`);
}

function nameOf({ name, ours }: Client): string {
  return ours ? `**${name}**` : name;
}

function cell(rows: readonly ProofRow[]): string {
  return rows.map(({ verdict }) => (verdict === 'not reached' ? '-' : verdict)).join(' / ');
}

function markdown([head = [], ...lines]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
