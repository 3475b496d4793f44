import type { Proof, ProofRow, Verdict } from '@twicesafe/testing';
import type { Client } from './client.ts';

/** A client and its proof. */
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

/** Makes a table with one line for each client and the number of runs with each verdict. */
export function summaryTable(all: readonly Proved[]): string {
  const lines = all.map(({ client, proof }) => {
    const counts = COLUMNS.map((verdict) => proof.rows.filter((row) => row.verdict === verdict).length);
    return [nameOf(client), ...counts.map((count) => (count === 0 ? '' : String(count)))];
  });
  return markdown([['client', ...COLUMNS], ...lines]);
}

/** Makes a table with one line for each fault and every client's verdicts on attempts 1 and 2. */
export function fullTable(all: readonly Proved[]): string {
  const faults = [...new Set(all.flatMap(({ proof }) => proof.rows.map(({ fault }) => fault)))];
  const lines = faults.map((fault) => [
    `\`${fault}\``,
    ...all.map(({ proof }) => cell(proof.rows.filter((row) => row.fault === fault))),
  ]);
  return markdown([['fault', ...all.map(({ client }) => client.name)], ...lines]);
}

/** Returns the values that must be the same in two runs. */
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
