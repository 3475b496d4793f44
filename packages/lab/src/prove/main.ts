/**
 * Tests every client with 18 faults, on the first attempt and on the second. Runs twice in virtual time, and with
 * `--real` once more in real time. Fails if the verdicts differ, or if twicesafe is DOUBLED, LIED or HUNG. `--write`
 * updates the tables in docs/prove-it.md.
 */
import { provesSafe } from '@twicesafe/testing';
import { writeBetween } from '../write-between.ts';
import { ATTEMPT_MS, type Client } from './client.ts';
import { aroundFetch } from './clients/around-fetch.ts';
import { aroundSockets } from './clients/around-sockets.ts';
import { sdks } from './clients/sdks.ts';
import { twicesafe } from './clients/twicesafe.ts';
import { fullTable, type Proved, summaryTable, verdictsOf } from './table.ts';

const clients: readonly Client[] = [...aroundFetch, ...aroundSockets, ...sdks, ...twicesafe];

async function proveAll(time: 'real' | 'virtual'): Promise<readonly Proved[]> {
  const startNs = process.hrtime.bigint();
  const all: Proved[] = [];
  for (const client of clients) {
    all.push({ client, proof: await provesSafe(client.send, { time, slowMs: ATTEMPT_MS + 150 }) });
  }
  const seconds = Number(process.hrtime.bigint() - startNs) / 1e9;
  console.log(`${clients.length} clients in ${time} time: ${seconds.toFixed(1)} s`);
  return all;
}

function compare(first: readonly Proved[], second: readonly Proved[]): void {
  const known = new Set(first.flatMap(verdictsOf));
  const different = second.flatMap(verdictsOf).filter((verdict) => !known.has(verdict));
  console.log(`${different.length} of ${known.size} verdicts differ`);
  for (const verdict of different) console.log(`  ${verdict}`);
  if (different.length > 0) process.exitCode = 1;
}

const all = await proveAll('virtual');
compare(all, await proveAll('virtual'));
if (process.argv.includes('--real')) compare(all, await proveAll('real'));

console.log(`\n${summaryTable(all)}`);
for (const { client, proof } of all) {
  if (!client.ours || proof.safe) continue;
  const bad = proof.bad.map(({ fault, attempt, verdict }) => `${fault}, attempt ${attempt}: ${verdict}`);
  console.log(`\n${client.name} is not safe: ${bad.join('; ')}`);
  process.exitCode = 1;
}
if (process.argv.includes('--write')) {
  writeBetween('prove-it.md', 'summary', summaryTable(all));
  writeBetween('prove-it.md', 'all', fullTable(all));
}
// Some clients keep connections and timers open.
process.exit();
