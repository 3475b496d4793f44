/**
 * Exposes every client to the same faults, and compares its results with the origin's ledger. `--write` updates the
 * tables and the picture in docs. `--short` runs only twicesafe's clients, for CI. Fails if one of them applies an
 * operation twice, reports success for a failure, or reports a wrong effect.
 */
import { writeFileSync } from 'node:fs';
import { writeBetween } from '../write-between.ts';
import type { Client } from './client.ts';
import { aroundFetch } from './clients/around-fetch.ts';
import { others } from './clients/others.ts';
import { twicesafe } from './clients/twicesafe.ts';
import { chaosPicture } from './picture.ts';
import { type ChaosPlan, runClient } from './run.ts';
import { headLines, type Row, rowLine } from './table.ts';

const short = process.argv.includes('--short');
const clients: readonly Client[] = short ? twicesafe : [...twicesafe, ...aroundFetch, ...others];
const plan = { seed: 7, count: short ? 90 : 300, concurrency: short ? 15 : 25 };

async function runAll(chaos: ChaosPlan): Promise<Row[]> {
  console.log(`\n${chaos.keys ? 'POST and PATCH with an idempotency key' : 'Without keys'}\n`);
  for (const line of headLines()) console.log(line);
  const rows: Row[] = [];
  for (const client of clients) {
    const row = { client, tally: await runClient(client, chaos) };
    rows.push(row);
    console.log(rowLine(row));
    const { twice, succeededThoughNot, effect } = row.tally;
    if (!effect || (twice === 0 && succeededThoughNot === 0 && effect.wrong === 0)) continue;
    console.log('  WRONG');
    process.exitCode = 1;
  }
  return rows;
}

const without = await runAll({ ...plan, keys: false });
const withKeys = await runAll({ ...plan, keys: true });
if (process.argv.includes('--write')) {
  writeBetween('chaos.md', 'without', [...headLines(), ...without.map(rowLine)].join('\n'));
  writeBetween('chaos.md', 'with', [...headLines(), ...withKeys.map(rowLine)].join('\n'));
  writeFileSync(new URL('../../../../docs/chaos.svg', import.meta.url), chaosPicture(without, withKeys));
}
// Some clients keep connections and timers open.
process.exit();
