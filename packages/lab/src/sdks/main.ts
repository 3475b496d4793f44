/**
 * Counts every SDK's requests for four faults: as installed, with twicesafe below its own retries, and with its recipe.
 * Updates docs/works-with.md, and fails if a number changes. With SDK names as arguments, runs only those and leaves
 * the page unchanged.
 */
import { readFileSync } from 'node:fs';
import { writeBetween } from '../write-between.ts';
import { sdks } from './all.ts';
import { FAULTS, type Fault, MODES, type Mode, sendsOf } from './measure.ts';
import { recipes } from './recipes.ts';
import type { Sdk } from './sdk.ts';
import { shortenTimers } from './short-timers.ts';
import { type Measured, matrix } from './table.ts';

async function measure(sdk: Sdk): Promise<Measured> {
  const sends = {} as Record<Mode, Record<Fault, number>>;
  for (const mode of MODES) {
    sends[mode] = {} as Record<Fault, number>;
    for (const fault of FAULTS) sends[mode][fault] = await sendsOf(sdk, mode, fault);
  }
  console.log(sdk.name, ...MODES.map((mode) => Object.values(sends[mode]).join('/')));
  return { sdk, sends };
}

shortenTimers();
const chosen = process.argv.slice(2);
const all: Measured[] = [];
for (const sdk of sdks) if (chosen.length === 0 || chosen.includes(sdk.file)) all.push(await measure(sdk));

if (chosen.length === 0) {
  const page = new URL('../../../../docs/works-with.md', import.meta.url);
  const before = readFileSync(page, 'utf8');
  writeBetween('works-with.md', 'matrix', matrix(all));
  writeBetween('works-with.md', 'recipes', recipes(sdks));
  if (before !== readFileSync(page, 'utf8')) {
    console.log('docs/works-with.md has changed: look at the difference, and commit it if it is right');
    process.exitCode = 1;
  }
}
// Some SDKs keep connections and timers open.
process.exit();
